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

  /** The epochs of owners that got buckets since which connections may stay, as obeyed. */
  private final long[] obeyed;

  private Member.@Nullable Role role;
  private boolean gives;

  /** A node that does not leave. */
  Leaving(NodeId self, int buckets) {
    this.self = self;
    staying = new boolean[buckets];
    refused = new long[buckets];
    obeyed = new long[buckets];
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
    boolean isToGive = how == Member.Role.DRAINING && isAnyToGive();
    gives |= how == Member.Role.DRAINING;
    role = role == null ? how : role;
    return isToGive;
  }

  private boolean isAnyToGive() {
    return !gives && (role == Member.Role.STAYING || isAnyStaying());
  }

  /**
   * The table says as what this node leaves: another one may keep its connections already.
   *
   * @return whether connections stay that are to be handed over now
   */
  boolean obey(Member.@Nullable Role agreed) {
    boolean isToGive = agreed == Member.Role.DRAINING && !gives && isAnyStaying();
    gives |= isToGive;
    return isToGive;
  }

  private boolean isAnyStaying() {
    for (boolean each : staying) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  /**
   * The connections of {@code bucket}, which is handed over now, stay from now on if they may.
   * Those of one bucket do so once.
   *
   * @param agreed by which it is handed over
   * @return whether they do
   */
  boolean stays(int bucket, @Nullable AllocationTable agreed) {
    boolean mayStay = mayStay(bucket, agreed) && refused[bucket] == Epoch.NONE;
    boolean stays = mayStay && !gives && !staying[bucket];
    staying[bucket] |= stays;
    return stays;
  }

  /** Whether the table lets them, and they have not stayed already since a move before. */
  private boolean mayStay(int bucket, @Nullable AllocationTable agreed) {
    if (agreed == null || !self.equals(agreed.stayer(bucket))) {
      return false;
    }
    Bucket.Staying planned = agreed.bucket(bucket).staying();
    return planned == null || planned.since() == agreed.bucket(bucket).epoch();
  }

  /** Notes that this node has done what {@code bucket} asks for in a newly agreed table. */
  void noteObeyed(int number, Bucket bucket) {
    Bucket.Staying planned = bucket.staying();
    obeyed[number] = planned != null && bucket.staysAt(self) ? planned.since() : Epoch.NONE;
  }

  /**
   * The epoch of the owner that got the bucket, if no connections of it stay here any more that
   * might do so since then; {@link Epoch#NONE} if some do, or none ever might.
   */
  long closedSince(int number, Bucket bucket) {
    Bucket.Staying planned = bucket.staying();
    if (planned == null || !bucket.staysAt(self) || staying[number]) {
      return Epoch.NONE;
    }
    return obeyed[number] == planned.since() ? planned.since() : Epoch.NONE;
  }

  /** The owner to be under {@code epoch} does not take the list of what is to stay: none does. */
  void refuse(int bucket, long epoch) {
    refused[bucket] = epoch;
  }

  /** Whether the owner to be of {@code bucket} has not taken the list of what was to stay. */
  boolean isRefused(int number, Bucket bucket) {
    return refused[number] == bucket.epoch() && self.equals(bucket.from());
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
