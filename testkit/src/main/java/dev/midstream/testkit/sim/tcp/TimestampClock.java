package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.SequenceNumbers;

/** The timestamp clock of an endpoint, and TS.Recent (RFC 7323). */
final class TimestampClock {
  private static final long TICK_NANOS = 1_000_000L;
  private static final long MAX_AGE_NANOS = 24 * 86_400 * 1_000_000_000L;

  private final int first;
  private int tsRecent;
  private boolean known;
  private long updatedNanos;

  TimestampClock(int first) {
    this.first = first;
  }

  /** The timestamp value at {@code nowNanos}. */
  int value(long nowNanos) {
    return first + (int) (nowNanos / TICK_NANOS);
  }

  /** The age of an echoed value; negative if the value was never sent. */
  long ageNanos(int echo, long nowNanos) {
    int ticks = value(nowNanos) - echo;
    return ticks * TICK_NANOS;
  }

  /** TS.Recent, the value to echo. */
  int tsRecent() {
    return tsRecent;
  }

  /**
   * Whether PAWS rejects a segment with this value (RFC 7323 section 5.3, R1). TS.Recent is
   * outdated after 24 days (section 5.5).
   */
  boolean failsPaws(int value, long nowNanos) {
    return isFresh(nowNanos) && SequenceNumbers.isOlder(value, tsRecent);
  }

  private boolean isFresh(long nowNanos) {
    return known && nowNanos - updatedNanos <= MAX_AGE_NANOS;
  }

  /** Updates TS.Recent from a segment that covers the last acknowledgement sent (section 4.3). */
  void updateRecent(int value, long nowNanos) {
    if (!isFresh(nowNanos) || !SequenceNumbers.isOlder(value, tsRecent)) {
      tsRecent = value;
      known = true;
      updatedNanos = nowNanos;
    }
  }
}
