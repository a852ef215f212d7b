package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import org.jspecify.annotations.Nullable;

/** Whether and how this node leaves, and of which buckets connections stay here until then. */
final class Leaving {
  private final NodeId self;
  private final boolean[] staying;

  /** The epochs of owners to be that did not take the list of what was to stay. */
  private final long[] refused;

  private Member.@Nullable Role role;
  private boolean gives;

  /** A node that does not leave. */
  Leaving(NodeId self, int buckets) {
    this.self = self;
    staying = new boolean[buckets];
    refused = new long[buckets];
  }

  /** As what it leaves; null if it does not. */
  Member.@Nullable Role role() {
    return role;
  }

  /** As what it was ordered to leave last, so that a new life does; null if it was not. */
  Member.@Nullable Role last() {
    return gives ? Member.Role.DRAINING : role;
  }

  /**
   * An operator orders it to leave.
   *
   * @return whether connections stay that are to be handed over now
   */
  boolean drain(Member.Role how) {
    boolean isToGive = role == Member.Role.STAYING && how == Member.Role.DRAINING;
    gives |= isToGive;
    role = role == null ? how : role;
    return isToGive;
  }

  /**
   * The connections of {@code bucket}, which is handed over now, stay from now on if they may.
   * Those of one bucket do so once.
   *
   * @return whether they do
   */
  boolean stays(int bucket, @Nullable AllocationTable agreed) {
    boolean isStayer = agreed != null && self.equals(agreed.stayer());
    boolean stays = isStayer && !gives && !staying[bucket] && refused[bucket] == Epoch.NONE;
    staying[bucket] |= stays;
    return stays;
  }

  /** The owner to be under {@code epoch} does not take the list of what is to stay: none does. */
  void refuse(int bucket, long epoch) {
    refused[bucket] = epoch;
  }

  /** Whether the owner to be of {@code bucket} has not taken the list of what was to stay. */
  boolean isRefused(int number, Bucket bucket) {
    return self.equals(bucket.from()) && refused[number] == bucket.epoch();
  }

  /** Whether connections of {@code bucket} stay here. */
  boolean isAnyStaying(int bucket) {
    return staying[bucket];
  }

  /** No connection of {@code bucket} stays here any more. */
  void noteIdle(int bucket) {
    staying[bucket] = false;
  }

  /** Whether it leaves, no connection stays here, and none can come to do so. */
  boolean isOver(AllocationTable table) {
    for (int bucket = 0; bucket < staying.length; bucket++) {
      if (staying[bucket] || table.bucket(bucket).names(self)) {
        return false;
      }
    }
    return role != null;
  }
}
