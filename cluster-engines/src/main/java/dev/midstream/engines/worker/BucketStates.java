package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.log.BucketReplica;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a worker has of each bucket: its engine, the log that it gives away, or a replica. An engine
 * has a place: that of the bucket has its number, and that of connections of the bucket that stay
 * here, although another node owns it, has the number after all buckets ({@link #stayingPlace}).
 */
final class BucketStates {
  private final NodeView node;
  private final BucketShare share;
  private final int count;
  private final @Nullable OwnedBucket[] owned;
  private final @Nullable GivenBucket[] given;
  private final @Nullable BucketReplica[] replicas;

  BucketStates(NodeView node, BucketShare share, int buckets) {
    this.node = node;
    this.share = share;
    count = buckets;
    owned = new @Nullable OwnedBucket[2 * buckets];
    given = new @Nullable GivenBucket[buckets];
    replicas = new @Nullable BucketReplica[buckets];
  }

  /** The number of buckets. */
  int count() {
    return count;
  }

  /** The number of places of engines. */
  int places() {
    return owned.length;
  }

  /** The place of the engine of connections of {@code bucket} that stay here. */
  int stayingPlace(int bucket) {
    return count + bucket;
  }

  /** The bucket of an engine. */
  int bucketOf(int place) {
    return place < count ? place : place - count;
  }

  /** Whether the connections at {@code place} stayed here, and do so no more. */
  boolean isOver(int place) {
    return place >= count && owned[place] == null;
  }

  NodeView node() {
    return node;
  }

  @Nullable OwnedBucket owned(int place) {
    return owned[place];
  }

  void setOwned(int place, @Nullable OwnedBucket other) {
    owned[place] = other;
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

  /** Whether a bucket has no owner. */
  boolean isUnassigned(int number) {
    Bucket bucket = agreed(number);
    return bucket != null && bucket.owner() == null && owned[number] == null;
  }

  /**
   * Whether a bucket that may not be sent of now has no owner yet, or this worker is about to go on
   * with it: it opens the bucket next, or has done so and waits for the lease or for another node.
   */
  boolean isComing(int number) {
    Bucket bucket = agreed(number);
    if (bucket == null || owned[number] != null) {
      return owned[number] != null;
    }
    return bucket.owner() == null || (bucket.isOwnedBy(node.self()) && share.has(number));
  }

  /** Whether a bucket is one of this worker. */
  boolean has(int bucket) {
    return share.has(bucket);
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

  /** The node with which connections of {@code bucket} may stay; null if there is none. */
  @Nullable NodeId stayer(int bucket) {
    AllocationTable table = node.table();
    return table == null ? null : table.stayer(bucket);
  }

  /** Whether connections of {@code bucket} may stay with {@code node}. */
  boolean isStayer(NodeId node, int bucket) {
    return node.equals(stayer(bucket));
  }

  /** Whether none may stay with another node than this one. */
  boolean staysNowhereElse(int bucket) {
    NodeId stayer = stayer(bucket);
    return stayer == null || stayer.equals(node.self());
  }

  /** Whether the node is gone with which connections stayed, while the bucket is handed over. */
  boolean isStayerGone(int bucket) {
    NodeId stayer = stayer(bucket);
    return stayer != null && !memberIds().contains(stayer);
  }

  /** The bucket as the agreed table has it; null if this node knows none. */
  @Nullable Bucket agreed(int bucket) {
    AllocationTable table = node.table();
    return table == null ? null : table.bucket(bucket);
  }

  /**
   * The engine at {@code place}, if it may send at {@code nowNanos}; null if it may not, because
   * this node has no lease, or another one must have a base or tell something before.
   */
  @Nullable OwnedBucket sending(int place, long nowNanos) {
    OwnedBucket here = owned[place];
    boolean maySend =
        here != null
            && !here.isHeldBack()
            && (place < count ? node.mayEmit(place, nowNanos) : node.isLeased(nowNanos));
    return maySend ? here : null;
  }

  /** Shows each bucket of which there is a replica. */
  void forEachReplica(BiConsumer<Integer, BucketReplica> observer) {
    for (int bucket = 0; bucket < count(); bucket++) {
      BucketReplica replica = replica(bucket);
      if (replica != null) {
        observer.accept(bucket, replica);
      }
    }
  }
}
