package dev.midstream.engines.worker;

import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.status.ConnectionSummary;
import java.util.List;

/**
 * The connections of an open bucket.
 *
 * @param epoch under which this node owns it
 * @param isWhole whether all connections with which the node goes on are among them; those of an
 *     owner before are read one after the other
 * @param expected what the agents of its connections expected when the sweep began
 */
public record SweptBucket(
    int bucket,
    long epoch,
    boolean isWhole,
    List<ConnectionSummary> connections,
    List<Written> expected) {
  /** Copies the lists. */
  public SweptBucket {
    connections = List.copyOf(connections);
    expected = List.copyOf(expected);
  }
}
