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

  /** With which epoch this node owns each bucket of which it knows what stays elsewhere. */
  final long[] listed;

  /** With which epoch this node has opened each bucket of which it does not know what stayed. */
  final long[] lost;

  /** No news of {@code count} buckets. */
  BucketNews(NodeId self, Leaving leaving, int count) {
    this.self = self;
    this.leaving = leaving;
    ready = new long[count];
    unreadable = new long[count];
    missing = new long[count];
    listed = new long[count];
    lost = new long[count];
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
      boolean isTold = isTaken(number, table) || isGivenBack(number, bucket);
      if (isTold && open[number] == bucket.epoch()) {
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
    if (isMissing || isGivenBack(number, bucket) || leaving.isRefused(number, bucket)) {
      return bucket.epoch();
    }
    if (backup == null || backup.unreadable() || unreadable[number] != backup.since()) {
      return Epoch.NONE;
    }
    return backup.since();
  }

  /** Notes that a bucket is open of which no node knows more, if nothing stays elsewhere. */
  void noteOpen(int number, @Nullable AllocationTable table) {
    NodeId stayer = table == null ? null : table.stayer(number);
    if (table != null && (stayer == null || stayer.equals(self))) {
      listed[number] = table.bucket(number).epoch();
    }
  }

  /**
   * Whether this node has taken a bucket over, as soon as it is open. Before it knows what stays
   * elsewhere the giver is to go on if the node is gone where that stays.
   */
  private boolean isTaken(int number, AllocationTable table) {
    Bucket bucket = table.bucket(number);
    NodeId giver = bucket.from();
    NodeId stayer = table.stayer(number);
    boolean isListed =
        stayer == null
            || stayer.equals(self)
            || stayer.equals(giver)
            || listed[number] == bucket.epoch();
    return bucket.isOwnedBy(self) && giver != null && isListed;
  }

  /** Whether this node has opened a bucket, and its giver is to have it again. */
  boolean isGivenBack(int number, @Nullable AllocationTable table) {
    return table != null && isGivenBack(number, table.bucket(number));
  }

  private boolean isGivenBack(int number, Bucket bucket) {
    return bucket.isOwnedBy(self) && bucket.from() != null && lost[number] == bucket.epoch();
  }

  private static boolean isBegun(Backup backup) {
    return !backup.complete() && !backup.unreadable();
  }
}
