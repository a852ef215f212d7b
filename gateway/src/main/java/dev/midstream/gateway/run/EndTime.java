package dev.midstream.gateway.run;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time within which the program ends, which all steps of its end share: it promises to end
 * within 5 s. Thread-safe.
 */
final class EndTime {
  private static final long MILLIS = 4_500;

  private final LongSupplier clockNanos;
  private boolean isBegun;
  private long endNanos;

  /** A time that has not begun. */
  EndTime(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
  }

  /** The end begins now, unless it has begun before. */
  synchronized void begin() {
    if (!isBegun) {
      isBegun = true;
      endNanos = clockNanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
    }
  }

  /** How long the steps that are left may take; the end has begun. */
  synchronized long leftMillis() {
    begin();
    return Math.max(0, TimeUnit.NANOSECONDS.toMillis(endNanos - clockNanos.getAsLong()));
  }
}
