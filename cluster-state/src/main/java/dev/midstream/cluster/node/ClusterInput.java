package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What happens to a node. */
public sealed interface ClusterInput {

  /** Time passes; due at least every {@link ClusterSettings#tickNanos()}. */
  record Tick() implements ClusterInput {}

  /** The group layer sees these nodes, in its order. A view is a hint, never a permission. */
  record ViewChanged(List<NodeId> members) implements ClusterInput {
    /** Copies {@code members}. */
    public ViewChanged {
      members = List.copyOf(members);
    }
  }

  /** A message arrived. */
  record Received(NodeId from, ClusterMessage message) implements ClusterInput {}

  /**
   * The process of {@code node} is gone: refused, or answered by another incarnation.
   *
   * @param ageNanos how long ago that was found, 0 or more: while this node had a lease, it had not
   *     been removed by those that are gone
   */
  record ProvedDead(NodeId node, long ageNanos) implements ClusterInput {
    /** Found now. */
    public ProvedDead(NodeId node) {
      this(node, 0);
    }
  }

  /**
   * A process of the cluster answered at {@code address} when {@link ClusterEffect.Verify} or
   * {@link ClusterEffect.Probe} was carried out.
   */
  record Answered(NodeAddress address) implements ClusterInput {}

  /** No process listened at {@code address} when {@link ClusterEffect.Probe} was carried out. */
  record Absent(NodeAddress address, long number) implements ClusterInput {}

  /**
   * A probe of {@code node} arrived on an interface that forwards packets. It carries the round of
   * the table that its sender obeys ({@link ClusterNode#round()}).
   */
  record LegHeard(NodeId node, long round) implements ClusterInput {}

  /** The listeners' answer to {@link ClusterEffect.AskListeners}; null is yes. */
  record JoinVerdict(NodeId node, @Nullable String veto) implements ClusterInput {}

  /** The replica of a bucket is complete that {@link ClusterEffect.KeepReplica} asked for. */
  record ReplicaReady(int bucket, long since) implements ClusterInput {}

  /**
   * The records of a replica cannot be read that {@link ClusterEffect.KeepReplica} asked for: their
   * owner must not wait for this node any more. The replica is of no use.
   */
  record ReplicaUnreadable(int bucket, long since) implements ClusterInput {}

  /**
   * This node has no complete replica of a bucket that {@link ClusterEffect.OpenBucket} inherits,
   * whatever the table says, and keeps the bucket closed: another node may have one.
   */
  record ReplicaMissing(int bucket, long epoch) implements ClusterInput {}

  /**
   * This node owns a bucket with {@code epoch}, and cannot read the records of connections of it
   * that stay at another node.
   */
  record StayingUnreadable(int bucket, long epoch) implements ClusterInput {}

  /**
   * This node has opened a bucket with {@code epoch} of which connections may stay at another node,
   * and knows which do, or cannot read the list; or that node is gone, and this one has a replica
   * of what stayed there. Told once.
   */
  record StayingListed(int bucket, long epoch) implements ClusterInput {}

  /**
   * This node has opened a bucket with {@code epoch} that another one hands over. Connections of it
   * stayed at a node that is gone, and this one has no replica of them. So nothing of the bucket is
   * sent here as long as it is handed over: its giver, which may have them, is to have it again.
   */
  record StayingLost(int bucket, long epoch) implements ClusterInput {}

  /**
   * The next owner of {@code bucket}, which is to have it with {@code epoch}, does not take the
   * list of connections that stay here. It must not go on: this node is to have the bucket again,
   * and hands it over with all connections then.
   */
  record StayingRefused(int bucket, long epoch) implements ClusterInput {}

  /**
   * Connections of {@code bucket} that stayed here were ended: no owner could read their records
   * for a minute, and they could not go on without one.
   */
  record StayingEnded(int bucket) implements ClusterInput {}

  /** {@link ClusterEffect.StopBucket} was carried out: this node sends nothing of it any more. */
  record BucketSilent(int bucket, long epoch) implements ClusterInput {}

  /** What {@link ClusterEffect.StopBucket} asked for is done: the last record is with the taker. */
  record BucketStopped(int bucket, long epoch) implements ClusterInput {}

  /** A packet of a bucket without owner arrived and waits. */
  record Wanted(int bucket) implements ClusterInput {}

  /** The loads of buckets that this node owns. */
  record LoadReport(Map<Integer, Long> loads) implements ClusterInput {
    /** Copies {@code loads}. */
    public LoadReport {
      loads = new TreeMap<>(loads);
    }
  }

  /**
   * An operator orders this node to leave; {@link Member.Role} says how. If connections stay and it
   * is to drain now, it hands them over, too.
   */
  record Drain(Member.Role how) implements ClusterInput {}

  /** No connection of {@code bucket} is open any more that stayed here, or all go with it again. */
  record BucketIdle(int bucket) implements ClusterInput {}

  /** An operator orders a bucket to be moved. */
  record Move(int bucket, NodeId to) implements ClusterInput {}
}
