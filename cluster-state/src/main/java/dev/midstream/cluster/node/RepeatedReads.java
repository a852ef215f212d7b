package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Changes;
import dev.midstream.cluster.member.NodeId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When nodes that could not read the records of a bucket may be asked again: what they could not
 * read may be gone. Each time that a node cannot, the time until the next attempt is twice as long,
 * up to 64 times the first one, as long as the same node owns the bucket.
 */
final class RepeatedReads {
  private static final int MOST_DOUBLINGS = 6;

  private final long firstNanos;
  private final Map<Place, Attempts> all = new HashMap<>();

  /** A table without any such node, which therefore need not be searched again. */
  private @Nullable AllocationTable without;

  /** A backup of a bucket under one owner. */
  private record Place(NodeId node, int bucket, long epoch) {
    boolean isIn(AllocationTable agreed) {
      Bucket its = agreed.bucket(bucket);
      return its.epoch() == epoch && its.backupOf(node) != null;
    }
  }

  private static final class Attempts {
    int failed;

    /** That of the replica which failed last. */
    long since;

    long dueNanos;
  }

  /** No node could not read anything; one is asked again after {@code firstNanos}. */
  RepeatedReads(long firstNanos) {
    this.firstNanos = firstNanos;
  }

  /** Adds those to {@code changes} that are due. To be called with each table that is agreed on. */
  @SuppressWarnings("ReferenceEquality") // to compare two tables takes as long as to search one
  void collect(AllocationTable agreed, Changes changes, long nowNanos) {
    if (agreed == without) {
      return;
    }
    all.keySet().removeIf(each -> !each.isIn(agreed));
    for (int number = 0; number < agreed.bucketCount(); number++) {
      Bucket bucket = agreed.bucket(number);
      for (Backup each : bucket.backups()) {
        if (each.unreadable()
            && isDue(new Place(each.node(), number, bucket.epoch()), each, nowNanos)) {
          changes.askAgain(each.node(), number, each.since());
        }
      }
    }
    without = all.isEmpty() ? agreed : null;
  }

  private boolean isDue(Place place, Backup backup, long nowNanos) {
    Attempts its = all.computeIfAbsent(place, ignored -> new Attempts());
    if (its.since != backup.since()) {
      its.since = backup.since();
      its.dueNanos = nowNanos + (firstNanos << Math.min(its.failed, MOST_DOUBLINGS));
      its.failed++;
    }
    return its.dueNanos <= nowNanos;
  }
}
