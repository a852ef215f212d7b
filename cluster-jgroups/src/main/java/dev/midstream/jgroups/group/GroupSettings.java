package dev.midstream.jgroups.group;

import dev.midstream.cluster.member.NodeAddress;
import java.util.List;

/**
 * What a node needs to know to meet the others.
 *
 * @param cluster the name of the cluster
 * @param node the name of this node, which its certificate must have
 * @param bind the address at which this node listens
 * @param members the addresses of all nodes that may be members, this one included
 * @param configuration the version of the configuration; a node that has another one is told
 * @param detectNanos the time after which a silent node is suspected, 10 ms or more
 */
public record GroupSettings(
    String cluster,
    String node,
    NodeAddress bind,
    List<NodeAddress> members,
    long configuration,
    long detectNanos) {
  private static final long MIN_DETECT_NANOS = 10_000_000;
  private static final int MAX_NAME = 63;

  /** Checks the ranges. */
  public GroupSettings {
    members = List.copyOf(members);
    if (detectNanos < MIN_DETECT_NANOS || cluster.isEmpty() || node.isEmpty()) {
      throw new IllegalArgumentException("detect=" + detectNanos + " node=" + node);
    }
    if (cluster.length() > MAX_NAME || node.length() > MAX_NAME) {
      throw new IllegalArgumentException("name is too long: " + cluster + " " + node);
    }
  }
}
