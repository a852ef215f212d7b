package dev.midstream.gateway.event;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Admits a number of events of each cause in each second, and counts the others. A cause is a
 * number from 0. Thread-safe; a time before the latest second belongs to that second.
 */
final class RateLimit {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int COUNT_BITS = 24;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  /*
   * For each cause: the second of its last event, and how many events that second admitted.
   */
  private final AtomicLongArray windows;
  private final AtomicLongArray suppressed;
  private final int perSecond;

  /** A limit of 1 to 2^24 - 1 events per second and cause. */
  RateLimit(int causes, int perSecond) {
    windows = new AtomicLongArray(causes);
    suppressed = new AtomicLongArray(causes);
    this.perSecond = perSecond;
  }

  /** Admits an event, or counts it as suppressed. */
  boolean admits(int cause, long nowNanos) {
    long second = Math.floorDiv(nowNanos, SECOND_NANOS);
    long window = windows.get(cause);
    while (isOpen(window, second)) {
      long next = window >>> COUNT_BITS < second ? second << COUNT_BITS | 1 : window + 1;
      if (windows.compareAndSet(cause, window, next)) {
        return true;
      }
      window = windows.get(cause);
    }
    suppressed.incrementAndGet(cause);
    return false;
  }

  /** Returns and resets the number of suppressed events of a cause; 0 while its second lasts. */
  long drainSuppressed(int cause, long nowNanos) {
    boolean over = windows.get(cause) >>> COUNT_BITS < Math.floorDiv(nowNanos, SECOND_NANOS);
    return over && suppressed.get(cause) > 0 ? suppressed.getAndSet(cause, 0) : 0;
  }

  private boolean isOpen(long window, long second) {
    return window >>> COUNT_BITS < second || (window & COUNT_MASK) < perSecond;
  }
}
