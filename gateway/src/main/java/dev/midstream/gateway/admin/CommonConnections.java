package dev.midstream.gateway.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of all nodes of a cluster.
 *
 * @param known how many there are
 * @param latest those that were opened last, the latest first
 */
public record CommonConnections(long known, List<Each> latest) {

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

  /** Copies the list. */
  public CommonConnections {
    latest = List.copyOf(latest);
  }
}
