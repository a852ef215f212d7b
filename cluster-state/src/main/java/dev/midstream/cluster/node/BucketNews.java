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
    Epochs complete = new Epochs();
    Epochs failed = new Epochs();
    Epochs opened = new Epochs();
    Epochs closed = new Epochs();
    for (int number = 0; number < table.bucketCount(); number++) {
      Bucket bucket = table.bucket(number);
      Backup backup = bucket.backupOf(self);
      long failedSince = failedSince(number, bucket, backup);
      failed.put(number, failedSince);
      if (backup != null && isBegun(backup) && ready[number] == backup.since()) {
        complete.put(number, failedSince == Epoch.NONE ? backup.since() : Epoch.NONE);
      }
      closed.put(number, leaving.closedSince(number, bucket));
      boolean isOpen = bucket.from() != null && open[number] == bucket.epoch();
      if (isOpen && (isTaken(number, table) || isGivenBack(number, bucket))) {
        opened.put(number, bucket.epoch());
      }
    }
    boolean isNews = complete.any || failed.any || opened.any || closed.any;
    if (!isNews && wanted.isEmpty() && loads.isEmpty() && leaving.role() == null) {
      return null;
    }
    return new ClusterMessage.BucketReport(
        complete.byBucket,
        failed.byBucket,
        opened.byBucket,
        closed.byBucket,
        new TreeSet<>(wanted),
        new TreeMap<>(loads),
        leaving.role(),
        leaving.isOver(table));
  }

  /** Epochs of some buckets; without any it costs nothing. */
  private static final class Epochs {
    private Map<Integer, Long> byBucket = Map.of();
    private boolean any;

    void put(int number, long epoch) {
      if (epoch == Epoch.NONE) {
        return;
      }
      if (!any) {
        any = true;
        byBucket = new TreeMap<>();
      }
      byBucket.put(number, epoch);
    }
  }

  /** By which table that was begun, or is to be, with which this node or its taker cannot go on. */
  private long failedSince(int number, Bucket bucket, @Nullable Backup backup) {
    boolean isMissing = missing[number] == bucket.epoch() && bucket.isOwnedBy(self);
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
    return bucket.from() != null && lost[number] == bucket.epoch() && bucket.isOwnedBy(self);
  }

  private static boolean isBegun(Backup backup) {
    return !backup.complete() && !backup.unreadable();
  }
}
