package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of this node of which connections stay at another one (PDP-1), in records that this
 * node cannot read. It is their only copy, so it has one node after the other own the bucket, in
 * the order of the members. While the same node keeps connections, it tries that of a bucket as
 * often as there are members: in a cluster in which none can read, buckets come to rest.
 */
final class StayingUnread {
  private final NodeContext context;
  private final Agreement agreement;
  private final BiConsumer<Integer, NodeId> order;
  private final long[] epochs;
  private final int[] tries;
  private final @Nullable NodeId[] stayers;
  private long orderedNanos;

  /**
   * No buckets.
   *
   * @param order has the coordinator move a bucket to a node; may be lost
   */
  StayingUnread(NodeContext context, Agreement agreement, BiConsumer<Integer, NodeId> order) {
    this.context = context;
    this.agreement = agreement;
    this.order = order;
    orderedNanos = context.now();
    epochs = new long[context.settings.buckets()];
    tries = new int[context.settings.buckets()];
    stayers = new @Nullable NodeId[context.settings.buckets()];
  }

  /** This node owns {@code bucket} with {@code epoch}, and cannot read what stays elsewhere. */
  void note(int bucket, long epoch) {
    AllocationTable table = agreement.agreed();
    NodeId now = table == null ? null : table.stayer(bucket);
    if (table == null || now == null || epochs[bucket] == epoch) {
      return;
    }
    if (!now.equals(stayers[bucket])) {
      stayers[bucket] = now;
      tries[bucket] = 0;
    }
    if (tries[bucket] < table.members().size()) {
      tries[bucket]++;
      epochs[bucket] = epoch;
      moveOn(bucket, table);
    }
  }

  /** Orders again what has not been done. */
  void tick() {
    AllocationTable table = agreement.agreed();
    if (table == null || context.now() - orderedNanos < 2 * context.settings.tickNanos()) {
      return;
    }
    orderedNanos = context.now();
    for (int bucket = 0; bucket < epochs.length; bucket++) {
      if (epochs[bucket] != Epoch.NONE) {
        moveOn(bucket, table);
      }
    }
  }

  private void moveOn(int number, AllocationTable table) {
    Bucket bucket = table.bucket(number);
    if (!bucket.isOwnedBy(context.self) || bucket.epoch() != epochs[number]) {
      epochs[number] = Epoch.NONE;
      return;
    }
    List<NodeId> others = others(bucket, table.members());
    if (bucket.from() == null && bucket.target() == null && !others.isEmpty()) {
      order.accept(number, others.get((tries[number] - 1) % others.size()));
    }
  }

  /** The members that may own {@code bucket}, from the one after this node on. */
  private List<NodeId> others(Bucket bucket, List<Member> members) {
    List<NodeId> before = new ArrayList<>();
    List<NodeId> after = new ArrayList<>();
    boolean isAfter = false;
    for (Member each : members) {
      Backup backup = bucket.backupOf(each.id());
      if (each.id().equals(context.self)) {
        isAfter = true;
      } else if (each.isActive() && (backup == null || !backup.unreadable())) {
        (isAfter ? after : before).add(each.id());
      }
    }
    after.addAll(before);
    return after;
  }
}
