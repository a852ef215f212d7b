package dev.midstream.gateway.cluster;

/** Counts the buckets that a node has gone on with, and how long that took. Thread-safe. */
final class Takeovers {
  private static final double NANOS_PER_MILLI = 1e6;

  private long count;
  private long beganNanos = Long.MIN_VALUE;
  private long lastNanos = -1;

  /** A node is known to be dead from now on. */
  synchronized void begin(long nowNanos) {
    beganNanos = nowNanos;
  }

  /** A bucket was opened that its owner has not handed over. */
  synchronized void open(long nowNanos) {
    count++;
    if (beganNanos != Long.MIN_VALUE) {
      lastNanos = nowNanos - beganNanos;
    }
  }

  /** The buckets so far. */
  synchronized long count() {
    return count;
  }

  /** From the proof of the last death to the last bucket opened after it; negative if none was. */
  synchronized double lastMillis() {
    return lastNanos < 0 ? -1 : lastNanos / NANOS_PER_MILLI;
  }
}
