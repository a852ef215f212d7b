package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.SequenceNumbers;

/** The timestamp clock of an endpoint, and TS.Recent (RFC 7323). */
final class TimestampClock {
  private static final long TICK_NANOS = 1_000_000L;
  private static final long FAST_TICK_NANOS = 1_000L;
  private static final long MAX_AGE_NANOS = 24 * 86_400 * 1_000_000_000L;
  private static final long FAST_MAX_AGE_NANOS = 2_147 * 1_000_000_000L;

  private final int first;
  private final long tickNanos;
  private final long maxAgeNanos;
  private int tsRecent;
  private boolean known;
  private long updatedNanos;

  /**
   * A clock that starts at {@code first}.
   *
   * @param fast whether it ticks every microsecond, so that TS.Recent is outdated after 2,147 s, as
   *     in Linux
   */
  TimestampClock(int first, boolean fast) {
    this.first = first;
    tickNanos = fast ? FAST_TICK_NANOS : TICK_NANOS;
    maxAgeNanos = fast ? FAST_MAX_AGE_NANOS : MAX_AGE_NANOS;
  }

  /** The timestamp value at {@code nowNanos}. */
  int value(long nowNanos) {
    return first + (int) (nowNanos / tickNanos);
  }

  /** The age of an echoed value; negative if the value was never sent. */
  long ageNanos(int echo, long nowNanos) {
    int ticks = value(nowNanos) - echo;
    return ticks * tickNanos;
  }

  /** TS.Recent, the value to echo. */
  int tsRecent() {
    return tsRecent;
  }

  /**
   * Whether PAWS rejects a segment with this value (RFC 7323 section 5.3, R1). TS.Recent is
   * outdated after 24 days of a clock of milliseconds (section 5.5).
   */
  boolean failsPaws(int value, long nowNanos) {
    return isFresh(nowNanos) && SequenceNumbers.isOlder(value, tsRecent);
  }

  private boolean isFresh(long nowNanos) {
    return known && nowNanos - updatedNanos <= maxAgeNanos;
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
