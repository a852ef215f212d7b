package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.rule.Rule;

/**
 * The beginning of what {@link ConnectionSnapshot} writes: enough to count a connection, and to
 * know its rule, without reading it.
 *
 * @param state the state of the handshake or of the closing
 * @param handling what is done with its packets
 * @param rule its rule
 * @param lastNanos time of the last packet
 */
public record SnapshotHead(ConnectionState state, Handling handling, Rule rule, long lastNanos) {

  /** Reads the beginning of a snapshot that was written at {@code nowNanos}. */
  public static SnapshotHead read(StateReader in, NameCodec names, long nowNanos) {
    ConnectionSnapshot.readVersion(in);
    ConnectionKey.skip(in);
    int first = in.octet();
    Rule rule = names.readRule(in);
    long lastNanos = SeenEndpoints.readLastNanos(in, nowNanos);
    return new SnapshotHead(
        ConnectionSnapshot.stateOf(first), ConnectionSnapshot.handlingOf(first), rule, lastNanos);
  }
}
