package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.member.NodeId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the coordinator must know of this node's buckets and the agreed table does not show yet. */
final class BucketNews {
  private final NodeId self;
  private final Leaving leaving;

  /** By which table the replica of each bucket was begun that is complete. */
  final long[] ready;

  /** By which table that of each bucket was begun that cannot be read. */
  final long[] unreadable;

  /** With which epoch this node owns each bucket that it has nothing to go on with. */
  final long[] missing;

  /** No news of {@code count} buckets. */
  BucketNews(NodeId self, Leaving leaving, int count) {
    this.self = self;
    this.leaving = leaving;
    ready = new long[count];
    unreadable = new long[count];
    missing = new long[count];
  }

  /**
   * A report of it; null if there is none.
   *
   * @param table the agreed table; null if there is none
   * @param open the epochs with which this node has opened buckets
   */
  ClusterMessage.@Nullable BucketReport report(
      @Nullable AllocationTable table, long[] open, Set<Integer> wanted, Map<Integer, Long> loads) {
    if (table == null || !table.isMember(self)) {
      return null;
    }
    Map<Integer, Long> complete = new TreeMap<>();
    Map<Integer, Long> failed = new TreeMap<>();
    Map<Integer, Long> opened = new TreeMap<>();
    Map<Integer, Long> closed = new TreeMap<>();
    for (int number = 0; number < table.bucketCount(); number++) {
      Bucket bucket = table.bucket(number);
      Backup backup = bucket.backupOf(self);
      long failedSince = failedSince(number, bucket, backup);
      if (failedSince != Epoch.NONE) {
        failed.put(number, failedSince);
      } else if (backup != null && isBegun(backup) && ready[number] == backup.since()) {
        complete.put(number, backup.since());
      }
      long closedSince = leaving.closedSince(number, bucket);
      if (closedSince != Epoch.NONE) {
        closed.put(number, closedSince);
      }
      if (bucket.isOwnedBy(self) && bucket.from() != null && open[number] == bucket.epoch()) {
        opened.put(number, bucket.epoch());
      }
    }
    ClusterMessage.BucketReport report =
        new ClusterMessage.BucketReport(
            complete,
            failed,
            opened,
            closed,
            new TreeSet<>(wanted),
            new TreeMap<>(loads),
            leaving.role(),
            leaving.isOver(table));
    return report.draining() == null && report.buckets().findAny().isEmpty() ? null : report;
  }

  /** By which table that was begun, or is to be, with which this node or its taker cannot go on. */
  private long failedSince(int number, Bucket bucket, @Nullable Backup backup) {
    boolean isMissing = bucket.isOwnedBy(self) && missing[number] == bucket.epoch();
    if (isMissing || leaving.isRefused(number, bucket)) {
      return bucket.epoch();
    }
    if (backup == null || backup.unreadable() || unreadable[number] != backup.since()) {
      return Epoch.NONE;
    }
    return backup.since();
  }

  private static boolean isBegun(Backup backup) {
    return !backup.complete() && !backup.unreadable();
  }
}
