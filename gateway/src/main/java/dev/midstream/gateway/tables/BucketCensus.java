package dev.midstream.gateway.tables;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.worker.SweptBucket;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.status.ConnectionSummary;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.entry.ConnectionEntry;
import dev.midstream.tables.entry.ConnectionEntry.Phase;
import dev.midstream.tables.entry.TableKey.ConnectionKey;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the tables were told of the connections of a bucket under one epoch. */
final class BucketCensus {
  /** The tables want to hear of each connection so often. */
  private static final long OFFER_NANOS = 10_000_000_000L;

  /** A connection that is parked while a sweep runs may be missing once. */
  private static final int MISSED = 2;

  private final NodeId self;
  private final int bucket;
  private final long epoch;
  private final Map<ConnectionKey, Listed> listed = new HashMap<>();
  private final ExpectationCensus expectations;
  private Map<ConnectionKey, Long> since;
  private boolean isWhole;
  private long reviewNanos;
  private int sweeps;

  /** A connection, as the tables were told last. */
  private static final class Listed {
    private ConnectionEntry entry;
    private long offeredNanos;
    private int sweep;

    Listed(ConnectionEntry entry) {
      this.entry = entry;
    }
  }

  /**
   * Nothing was told.
   *
   * @param since when the connections of earlier owners were opened
   * @param reviewNanos not before this time earlier owners write no more
   */
  BucketCensus(
      NodeId self, int bucket, long epoch, Map<ConnectionKey, Long> since, long reviewNanos) {
    this.self = self;
    this.bucket = bucket;
    this.epoch = epoch;
    expectations = new ExpectationCensus(self, bucket, epoch);
    this.since = since;
    this.reviewNanos = reviewNanos;
  }

  int bucket() {
    return bucket;
  }

  long epoch() {
    return epoch;
  }

  int size() {
    return listed.size();
  }

  /** Tells the tables what has changed. */
  void update(SweptBucket swept, CommonTables tables, long nowNanos, long nowMillis) {
    sweeps++;
    for (ConnectionSummary each : swept.connections()) {
      update(each, tables, nowNanos, nowMillis);
    }
    for (Iterator<Listed> each = listed.values().iterator(); each.hasNext(); ) {
      Listed known = each.next();
      if (sweeps - known.sweep >= MISSED) {
        tables.end(known.entry.key());
        each.remove();
      }
    }
    expectations.update(swept.expected(), tables, nowMillis);
    isWhole = swept.isWhole();
    if (isWhole) {
      since = Map.of(); // all that were taken over are listed
    }
  }

  private void update(
      ConnectionSummary summary, CommonTables tables, long nowNanos, long nowMillis) {
    ConnectionKey key = TableEnds.keyOf(bucket, summary.key());
    Listed known = listed.get(key);
    ConnectionEntry before = known == null ? null : known.entry;
    ConnectionEntry now = entryOf(key, summary, before, nowMillis);
    boolean isOffered =
        known == null
            || known.entry.phase() != now.phase()
            || nowNanos - known.offeredNanos >= OFFER_NANOS;
    if (known == null) {
      known = new Listed(now);
      listed.put(key, known);
    }
    known.sweep = sweeps;
    if (isOffered) {
      known.entry = now;
      known.offeredNanos = nowNanos;
      tables.offer(now);
    }
  }

  /** The entry of a connection; the same as {@code before} if nothing has changed. */
  private ConnectionEntry entryOf(
      ConnectionKey key,
      ConnectionSummary summary,
      @Nullable ConnectionEntry before,
      long nowMillis) {
    ConnectionEntry now =
        new ConnectionEntry(
            key,
            epoch,
            before == null ? 1 : before.revision(),
            self,
            phaseOf(summary.state()),
            summary.rule(),
            summary.agent(),
            counted(summary.clientOctets(), before == null ? 0 : before.clientOctets()),
            counted(summary.serverOctets(), before == null ? 0 : before.serverOctets()),
            before == null ? since.getOrDefault(key, nowMillis) : before.sinceMillis());
    return before == null || now.equals(before) ? now : next(now);
  }

  private static ConnectionEntry next(ConnectionEntry entry) {
    return new ConnectionEntry(
        entry.key(),
        entry.epoch(),
        entry.revision() + 1,
        entry.owner(),
        entry.phase(),
        entry.rule(),
        entry.agent(),
        entry.clientOctets(),
        entry.serverOctets(),
        entry.sinceMillis());
  }

  private static long counted(long octets, long before) {
    return octets == ConnectionSummary.UNKNOWN ? before : octets;
  }

  private static Phase phaseOf(ConnectionState state) {
    return switch (state) {
      case OPENING -> Phase.OPENING;
      case ESTABLISHED -> Phase.ESTABLISHED;
      case CLOSING, TOMBSTONE -> Phase.CLOSING;
    };
  }

  // ---- what earlier owners have left

  boolean isReviewDue(long nowNanos) {
    return isWhole && nowNanos - reviewNanos >= 0;
  }

  /** Removes what is in the table and was not found here. */
  void review(CommonTables tables, long nextNanos) {
    reviewNanos = nextNanos;
    try {
      tables.forEachIn(
          bucket,
          entry -> {
            if (entry.epoch() <= epoch && !listed.containsKey(entry.key())) {
              tables.removeEarlier(entry);
            }
          });
    } catch (TablesException _) {
      // the next review finds them
    }
  }
}
