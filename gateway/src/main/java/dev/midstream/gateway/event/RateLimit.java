package dev.midstream.gateway.event;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Lets so many events of each cause through in each second and counts the others. A cause is a
 * number from 0 on. For any thread; a time that is behind what another thread has seen counts as
 * the same second.
 */
final class RateLimit {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int COUNT_BITS = 24;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  /* For each cause the second of its last event, and how many passed in it. */
  private final AtomicLongArray windows;
  private final AtomicLongArray suppressed;
  private final int perSecond;

  /** A limit of at least 1 and less than 2^24 events per second and cause. */
  RateLimit(int causes, int perSecond) {
    windows = new AtomicLongArray(causes);
    suppressed = new AtomicLongArray(causes);
    this.perSecond = perSecond;
  }

  /** Whether an event may pass; one that may not is counted. */
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

  /** How many events of a cause were held back since it was asked last; once its second is over. */
  long drainSuppressed(int cause, long nowNanos) {
    boolean over = windows.get(cause) >>> COUNT_BITS < Math.floorDiv(nowNanos, SECOND_NANOS);
    return over && suppressed.get(cause) > 0 ? suppressed.getAndSet(cause, 0) : 0;
  }

  private boolean isOpen(long window, long second) {
    return window >>> COUNT_BITS < second || (window & COUNT_MASK) < perSecond;
  }
}
