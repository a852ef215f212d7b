package dev.midstream.cluster.member;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node: its address, and 128 random bits that are new whenever it starts or rejoins.
 * Two lives of one address are two nodes, of which the earlier one is dead.
 */
public record NodeId(NodeAddress address, UUID incarnation) implements Comparable<NodeId> {

  /** Whether {@code other} is another life of the same address. */
  public boolean isOtherLifeOf(NodeId other) {
    return address.equals(other.address) && !incarnation.equals(other.incarnation);
  }

  /** Compares the random bits first: they differ almost always if anything does. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof NodeId node
            && incarnation.equals(node.incarnation)
            && address.equals(node.address));
  }

  @Override
  public int hashCode() {
    return 31 * address.hashCode() + incarnation.hashCode();
  }

  @Override
  public int compareTo(NodeId other) {
    int order = address.compareTo(other.address);
    return order != 0 ? order : incarnation.compareTo(other.incarnation);
  }

  @Override
  public String toString() {
    return address + "#" + Long.toHexString(incarnation.getMostSignificantBits());
  }
}
