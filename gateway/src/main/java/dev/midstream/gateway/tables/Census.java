package dev.midstream.gateway.tables;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.worker.SweptBucket;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * What the common tables are told of the connections of one life of a node, from sweep to sweep:
 * new ones, changed ones, and those that are missing. Owned by one thread, which may wait for the
 * tables.
 */
final class Census {
  /*
   * Of a bucket that another node had before, the table has entries of that node. When the bucket
   * is met first, they tell since when its connections are open. Later, when the earlier owner
   * writes no more and this node has read all connections, those that it does not know have ended
   * in between, and are removed. This is repeated, because what was removed in one part of a
   * cluster that was cut comes back from another part.
   */
  private static final long REVIEW_NANOS = 60_000_000_000L;
  private static final long FIRST_REVIEW_NANOS = 3_000_000_000L;

  /** How long one turn reads tables at most, but for one bucket. */
  private static final long READ_NANOS = 500_000_000;

  private final NodeId self;
  private final CommonTables tables;
  private final Map<Integer, BucketCensus> buckets = new HashMap<>();
  private long readNanos;

  Census(NodeId self, CommonTables tables) {
    this.self = self;
    this.tables = tables;
  }

  /** A sweep begins: these buckets are open, each with its epoch; the others are released. */
  void begin(Map<Integer, Long> open) {
    readNanos = 0;
    for (Iterator<BucketCensus> each = buckets.values().iterator(); each.hasNext(); ) {
      BucketCensus known = each.next();
      if (open.getOrDefault(known.bucket(), 0L) != known.epoch()) {
        tables.release(known.bucket(), known.epoch());
        each.remove();
      }
    }
  }

  /**
   * All connections of a bucket that is open.
   *
   * @param nowMillis milliseconds since 1970
   */
  void add(SweptBucket swept, long nowNanos, long nowMillis) {
    BucketCensus known = buckets.get(swept.bucket());
    if (known == null || known.epoch() != swept.epoch()) {
      known =
          new BucketCensus(
              self,
              swept.bucket(),
              swept.epoch(),
              earlier(swept.bucket()),
              nowNanos + FIRST_REVIEW_NANOS);
      buckets.put(swept.bucket(), known);
    }
    known.update(swept, tables, nowNanos, nowMillis);
  }

  private Map<ConnectionKey, Long> earlier(int bucket) {
    Map<ConnectionKey, Long> since = new HashMap<>();
    if (readNanos < READ_NANOS) {
      long beginNanos = System.nanoTime();
      try {
        tables.forEachIn(bucket, entry -> since.put(entry.key(), entry.sinceMillis()));
      } catch (TablesException _) {
        since.clear(); // their ages begin anew
      }
      readNanos += System.nanoTime() - beginNanos;
    }
    return since;
  }

  /** Removes from some of the buckets what earlier owners have left there. */
  void review(long nowNanos) {
    for (BucketCensus each : buckets.values()) {
      if (readNanos < READ_NANOS && each.isReviewDue(nowNanos)) {
        long beginNanos = System.nanoTime();
        each.review(tables, nowNanos + REVIEW_NANOS);
        readNanos += System.nanoTime() - beginNanos;
      }
    }
  }

  /** All connections stay in the table: other nodes go on with them. */
  void releaseAll() {
    begin(Map.of());
  }

  /** How many connections are listed. */
  long connections() {
    return buckets.values().stream().mapToLong(BucketCensus::size).sum();
  }

  /** How many buckets are listed. */
  int buckets() {
    return buckets.size();
  }
}
