package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.offset.TimestampOrder;

/** The timestamps an endpoint sends and the newest one it has to echo (RFC 7323). */
final class TimestampClock {
  private static final long TICK_NANOS = 1_000_000L;

  private final int first;
  private int tsRecent;
  private boolean known;

  TimestampClock(int first) {
    this.first = first;
  }

  /** The value to send now. */
  int value(long nowNanos) {
    return first + (int) (nowNanos / TICK_NANOS);
  }

  /** How long ago the value now echoed was sent; negative if it never was. */
  long ageNanos(int echo, long nowNanos) {
    int ticks = value(nowNanos) - echo;
    return ticks * TICK_NANOS;
  }

  /** The value to echo. */
  int tsRecent() {
    return tsRecent;
  }

  /** Whether a segment with this value is too old (section 5.3, R1). */
  boolean failsPaws(int value) {
    return known && TimestampOrder.isBefore(value, tsRecent);
  }

  /** Takes the value of a segment that reaches the last acknowledgement sent (section 4.3). */
  void updateRecent(int value) {
    if (!known || !TimestampOrder.isBefore(value, tsRecent)) {
      tsRecent = value;
      known = true;
    }
  }
}
