package dev.midstream.engines.worker;

import dev.midstream.cluster.node.ClusterInput;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How much work the buckets of a worker make, in packets per second (LD-7). The load of a bucket is
 * an average over some seconds, and what is reported of it changes only if it has changed by more
 * than a quarter, so that no bucket moves by chance.
 *
 * <p>Not thread-safe.
 */
final class BucketLoadMeter {
  /** The time between two reports: 1 s. */
  static final long INTERVAL_NANOS = 1_000_000_000;

  /** One unit of load. A bucket with less counts as idle: to move it would gain nothing. */
  private static final int UNIT_PACKETS = 32;

  /** What the last interval counts in the average. */
  private static final double NEW_PART = 0.25;

  private static final double CHANGED_PART = 0.25;
  private static final double NANOS_PER_SECOND = 1e9;

  /** The load of a bucket that was not open for a whole interval. */
  private static final double UNKNOWN = -1;

  /** That of a bucket that was opened in this interval. */
  private static final double OPENED = -2;

  private final long[] packets;
  private final double[] average;
  private final double[] reported;
  private long sinceNanos;
  private boolean isBegun;

  BucketLoadMeter(int buckets) {
    packets = new long[buckets];
    average = new double[buckets];
    reported = new double[buckets];
  }

  /** Counts a packet of {@code bucket}. */
  void count(int bucket) {
    packets[bucket]++;
  }

  /** A bucket is opened: what it did here before says nothing. */
  void begin(int bucket) {
    average[bucket] = OPENED;
    reported[bucket] = UNKNOWN;
  }

  /**
   * What to report, if an interval is over; null if not. A bucket that was not open for a whole
   * interval is not in it.
   */
  ClusterInput.@Nullable LoadReport take(IntPredicate isOpen, long nowNanos) {
    if (isBegun && nowNanos - sinceNanos < INTERVAL_NANOS) {
      return null;
    }
    double seconds = (nowNanos - sinceNanos) / NANOS_PER_SECOND;
    Map<Integer, Long> loads = new TreeMap<>();
    for (int bucket = 0; bucket < packets.length; bucket++) {
      double load = packets[bucket] / seconds / UNIT_PACKETS;
      packets[bucket] = 0;
      if (isBegun && isOpen.test(bucket) && measure(bucket, load)) {
        loads.put(bucket, Math.round(reported[bucket]));
      }
    }
    sinceNanos = nowNanos;
    isBegun = true;
    return new ClusterInput.LoadReport(loads);
  }

  private boolean measure(int bucket, double load) {
    if (average[bucket] == OPENED) {
      average[bucket] = UNKNOWN;
      return false;
    }
    average[bucket] =
        average[bucket] == UNKNOWN ? load : average[bucket] * (1 - NEW_PART) + load * NEW_PART;
    double change = Math.abs(average[bucket] - reported[bucket]);
    if (reported[bucket] == UNKNOWN || change > 1 + CHANGED_PART * reported[bucket]) {
      reported[bucket] = average[bucket];
    }
    return true;
  }
}
