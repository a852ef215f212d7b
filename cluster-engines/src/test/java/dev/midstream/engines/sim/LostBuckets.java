package dev.midstream.engines.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which buckets lost their connections, because their owner died and there was no complete replica,
 * or the cluster began anew.
 */
final class LostBuckets {
  private final ObjIntConsumer<AllocationTable> observer;
  private final Predicate<AllocationTable> isKnown;
  private final Set<NodeId> founders = new HashSet<>();
  private @Nullable AllocationTable latest;

  /**
   * Shows each table, and each bucket that has lost its connections, to {@code observer}.
   *
   * @param isKnown whether a process that runs knows that a table, or a later one, is agreed on
   */
  LostBuckets(ObjIntConsumer<AllocationTable> observer, Predicate<AllocationTable> isKnown) {
    this.observer = observer;
    this.isKnown = isKnown;
  }

  /**
   * A table is agreed on. It is old if there was a later one; unless all that knew that one are
   * dead, and others go on.
   */
  void agreed(AllocationTable table) {
    AllocationTable before = latest;
    boolean isNew = founders.add(table.founder());
    boolean isOld =
        before != null
            && !isNew
            && (!before.founder().equals(table.founder())
                || (!table.version().isAfter(before.version()) && isKnown.test(before)));
    if (isOld) {
      return;
    }
    latest = table;
    for (int bucket = 0; bucket < table.bucketCount() && before != null; bucket++) {
      if (isNew || isLost(before.bucket(bucket), table.bucket(bucket))) {
        observer.accept(table, bucket);
      }
    }
  }

  /** A table may show at once that a replica is complete and that its node gets the bucket. */
  private static boolean isLost(Bucket before, Bucket now) {
    NodeId owner = now.owner();
    NodeId earlier = before.owner();
    return owner == null
        || (earlier != null && !before.isKnownTo(owner) && !earlier.equals(now.from()));
  }
}
