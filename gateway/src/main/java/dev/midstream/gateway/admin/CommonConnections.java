package dev.midstream.gateway.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of all nodes of a cluster.
 *
 * @param known how many there are
 * @param latest those that were opened last, the latest first
 * @param expected some of those that agents expect, in the order of their texts
 */
public record CommonConnections(long known, List<Each> latest, List<Expected> expected) {

  /**
   * A connection, as its node last wrote it.
   *
   * @param ends addresses and ports, client first
   * @param node the name of the node that has it; its address if the name is not known
   * @param address where this node listens
   * @param bucket its bucket
   * @param phase whether it is opening, established or closing
   * @param rule the name of its rule
   * @param agent the name of the rule's agent; null if there is none
   * @param clientOctets octets that the client has sent
   * @param serverOctets octets that the server has sent
   * @param sinceMillis when it was opened, in milliseconds since 1970
   */
  public record Each(
      String ends,
      String node,
      String address,
      int bucket,
      String phase,
      String rule,
      @Nullable String agent,
      long clientOctets,
      long serverOctets,
      long sinceMillis) {}

  /**
   * Connections that an agent expects.
   *
   * @param ends address of the end that opens them, and the end that it connects to
   * @param node as of a connection: the node whose agent expects them
   * @param address where this node listens
   * @param bucket the bucket of the connection that announced them
   * @param rule the name of the rule that will decide them
   * @param opened how many were opened
   * @param connections how many are expected
   */
  public record Expected(
      String ends,
      String node,
      String address,
      int bucket,
      String rule,
      int opened,
      int connections) {}

  /** Copies the lists. */
  public CommonConnections {
    latest = List.copyOf(latest);
    expected = List.copyOf(expected);
  }
}
