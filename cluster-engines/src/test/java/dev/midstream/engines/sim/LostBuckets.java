package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which buckets lost their connections, because their owner died and there was no complete replica,
 * or the cluster began anew.
 */
final class LostBuckets {
  private final IntConsumer observer;
  private final Set<NodeId> founders = new HashSet<>();
  private @Nullable AllocationTable latest;

  /** Shows each bucket that has lost its connections to {@code observer}. */
  LostBuckets(IntConsumer observer) {
    this.observer = observer;
  }

  /** A table is agreed on. */
  void agreed(AllocationTable table) {
    AllocationTable before = latest;
    boolean isNew = founders.add(table.founder());
    boolean isOld =
        before != null
            && !isNew
            && (!before.founder().equals(table.founder())
                || !table.version().isAfter(before.version()));
    if (isOld) {
      return;
    }
    latest = table;
    for (int bucket = 0; bucket < table.bucketCount() && before != null; bucket++) {
      NodeId owner = table.bucket(bucket).owner();
      Bucket earlier = before.bucket(bucket);
      if (isNew || owner == null || (earlier.owner() != null && !isHeir(earlier, owner))) {
        observer.accept(bucket);
      }
    }
  }

  private static boolean isHeir(Bucket before, NodeId owner) {
    return before.isOwnedBy(owner) || owner.equals(before.from()) || before.isHeir(owner);
  }
}
