package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What nodes say to each other. Each message may be lost, and may be repeated. */
public sealed interface ClusterMessage {
  /**
   * Whether the sender says it again until it is answered, and its place among others does not
   * matter: it may overtake them, and a carrier need not repeat it.
   */
  default boolean isRepeated() {
    return false;
  }

  /** The sender wants to coordinate in {@code term}. */
  record Prepare(Term term) implements ClusterMessage {}

  /**
   * The sender follows no earlier term any more.
   *
   * @param accepted the latest table that it accepted
   * @param agreed whether that table is known to be agreed on
   * @param promisedNanos how long it still has to wait for leases of earlier coordinators
   */
  record Promised(Term term, @Nullable AllocationTable accepted, boolean agreed, long promisedNanos)
      implements ClusterMessage {}

  /**
   * The sender does not follow.
   *
   * @param term the latest term that it follows
   * @param agreed the latest table that it knows to be agreed on
   */
  record Refused(@Nullable Term term, @Nullable AllocationTable agreed) implements ClusterMessage {}

  /** The coordinator proposes a table. */
  record Propose(AllocationTable table) implements ClusterMessage {}

  /** The sender has accepted the table. */
  record Accepted(Version version) implements ClusterMessage {}

  /** The table is agreed on. */
  record Install(AllocationTable table) implements ClusterMessage {}

  /**
   * The coordinator's keepalive (LD-4).
   *
   * @param founder the cluster; null if no table is agreed on yet
   * @param sequence grows by one
   * @param version the table that is agreed on; null if none is yet
   * @param members the number of members that vote
   * @param leased whether the coordinator has a lease
   * @param intervalNanos how often members are to send theirs
   */
  record MasterKeepalive(
      Term term,
      @Nullable NodeId founder,
      long sequence,
      @Nullable Version version,
      int members,
      boolean leased,
      long intervalNanos)
      implements ClusterMessage {}

  /** The sender supports no other coordinator for a while, and knows this table. */
  record Support(Term term, long sequence, @Nullable Version version) implements ClusterMessage {}

  /** A member's keepalive, with a growing number (LD-4). */
  record ClientKeepalive(Term term, long sequence, @Nullable Version version)
      implements ClusterMessage {}

  /** A lease: it ends this long after the member sent the keepalive {@code sequence}. */
  record Grant(Term term, long sequence, long leaseNanos) implements ClusterMessage {}

  /** The sender has no lease, and knows this table. */
  record Hello(NodeId founder, Version version) implements ClusterMessage {}

  /** The receiver is not a member of the table of this version. */
  record NotMember(NodeId founder, Version version) implements ClusterMessage {}

  /** The sender wants to join (LD-1, LD-13). */
  record JoinRequest(long configuration, Member.Role role) implements ClusterMessage {}

  /** The listeners are being asked (LD-11). */
  record JoinPending() implements ClusterMessage {}

  /**
   * The sender may not join.
   *
   * @param configuration the version of the cluster's configuration
   * @param veto what a listener said; null if the configuration is the reason
   */
  record JoinRefused(long configuration, @Nullable String veto) implements ClusterMessage {}

  /**
   * What the coordinator must know of a member's buckets; repeated until a table shows it.
   *
   * @param complete replicas that are complete, with the tables by which they were begun
   * @param unreadable replicas whose records cannot be read, with the tables by which they were
   *     begun; buckets that the member owns and has no replica of, those that it hands over to an
   *     owner which does not take them, and those that it gives back, with their epochs
   * @param opened buckets that were handed over and opened, with their epochs; also those that it
   *     gives back, because it keeps one whose giver is gone
   * @param closed buckets of which no connections stay any more at the member, which handed them
   *     over, with the epochs of those that got them
   * @param wanted buckets without owner for which packets wait
   * @param loads loads that changed
   * @param draining how the member leaves; null if it stays
   * @param idle whether it keeps no connection of other owners' buckets
   */
  record BucketReport(
      Map<Integer, Long> complete,
      Map<Integer, Long> unreadable,
      Map<Integer, Long> opened,
      Map<Integer, Long> closed,
      Set<Integer> wanted,
      Map<Integer, Long> loads,
      Member.@Nullable Role draining,
      boolean idle)
      implements ClusterMessage {

    /** The buckets that it names. */
    Stream<Integer> buckets() {
      return Stream.of(
              complete.keySet(),
              unreadable.keySet(),
              opened.keySet(),
              closed.keySet(),
              wanted,
              loads.keySet())
          .flatMap(Set::stream);
    }
  }

  /** An operator's order. */
  record MoveOrder(int bucket, NodeId to) implements ClusterMessage {}

  /**
   * The sender sends nothing of the bucket any more, which the receiver gets with {@code epoch}.
   */
  record Stopped(int bucket, long epoch) implements ClusterMessage {
    @Override
    public boolean isRepeated() {
      return true;
    }
  }

  /** The sender keeps the packets of the bucket, which it will open with {@code epoch}. */
  record Receiving(int bucket, long epoch) implements ClusterMessage {
    @Override
    public boolean isRepeated() {
      return true;
    }
  }

  /** The receiver has everything of the bucket and may open it with {@code epoch}. */
  record Last(int bucket, long epoch) implements ClusterMessage {
    @Override
    public boolean isRepeated() {
      return true;
    }
  }

  /** Neighbours that the sender has seen, for the program around the receiver. */
  record Neighbours(List<Neighbour> seen) implements ClusterMessage {
    /** The greatest number of neighbours of one message. */
    public static final int MAX = 64;

    /** Copies the list. */
    public Neighbours {
      seen = List.copyOf(seen);
    }
  }

  /**
   * An Ethernet address in a VLAN, and on which side of the nodes it is.
   *
   * @param address 48 bits
   * @param tags type and VLAN ID of the outer tag in the lower half, of the inner one above
   */
  record Neighbour(long address, long tags, boolean isOutside) {}
}
