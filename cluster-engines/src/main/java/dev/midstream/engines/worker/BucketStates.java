package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.BucketReplica;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker has of each bucket: its engine, the log that it gives away, or a replica. */
final class BucketStates {
  private final NodeView node;
  private final BucketShare share;
  private final @Nullable OwnedBucket[] owned;
  private final @Nullable GivenBucket[] given;
  private final @Nullable BucketReplica[] replicas;

  BucketStates(NodeView node, BucketShare share, int buckets) {
    this.node = node;
    this.share = share;
    owned = new @Nullable OwnedBucket[buckets];
    given = new @Nullable GivenBucket[buckets];
    replicas = new @Nullable BucketReplica[buckets];
  }

  int count() {
    return owned.length;
  }

  NodeView node() {
    return node;
  }

  @Nullable OwnedBucket owned(int bucket) {
    return owned[bucket];
  }

  void setOwned(int bucket, @Nullable OwnedBucket other) {
    owned[bucket] = other;
  }

  @Nullable GivenBucket given(int bucket) {
    return given[bucket];
  }

  void setGiven(int bucket, @Nullable GivenBucket other) {
    GivenBucket before = given[bucket];
    if (before != null) {
      before.log().end();
    }
    given[bucket] = other;
  }

  @Nullable BucketReplica replica(int bucket) {
    return replicas[bucket];
  }

  void setReplica(int bucket, @Nullable BucketReplica other) {
    replicas[bucket] = other;
  }

  /** Whether this node owns a bucket, and this worker has none of its packets. */
  boolean isOfSibling(int number) {
    Bucket bucket = agreed(number);
    return !share.has(number) && bucket != null && bucket.isOwnedBy(node.self());
  }

  /** The members; none if this node knows no table. */
  List<NodeId> memberIds() {
    AllocationTable table = node.table();
    return table == null ? List.of() : table.memberIds();
  }

  /** The bucket as the agreed table has it; null if this node knows none. */
  @Nullable Bucket agreed(int bucket) {
    AllocationTable table = node.table();
    return table == null ? null : table.bucket(bucket);
  }

  /**
   * The engine of {@code bucket}, if it may send at {@code nowNanos}; null if it may not, because
   * this node has no lease, or a backup must have its base before.
   */
  @Nullable OwnedBucket sending(int bucket, long nowNanos) {
    OwnedBucket here = owned[bucket];
    boolean maySend = here != null && !here.log().isHeldBack() && node.mayEmit(bucket, nowNanos);
    return maySend ? here : null;
  }
}
