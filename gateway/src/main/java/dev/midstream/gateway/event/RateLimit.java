package dev.midstream.gateway.event;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjLongConsumer;

/**
 * Admits a number of events with each code in each second, and counts the others. The codes are
 * those of the engine and of its agents, so there are few. Thread-safe; a time before the latest
 * second belongs to that second.
 */
final class RateLimit {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int COUNT_BITS = 24;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  private final Map<String, Code> codes = new ConcurrentSkipListMap<>();
  private final int perSecond;

  /** A limit of 1 to 2^24 - 1 events per second and code. */
  RateLimit(int perSecond) {
    this.perSecond = perSecond;
  }

  /** Admits an event, or counts it as suppressed. */
  boolean admits(String code, long nowNanos) {
    Code known = codes.get(code);
    Code events = known == null ? codes.computeIfAbsent(code, _ -> new Code()) : known;
    return events.admits(Math.floorDiv(nowNanos, SECOND_NANOS), perSecond);
  }

  /**
   * Passes each code with suppressed events to {@code report}, with their number, and begins to
   * count anew. Codes whose second still lasts are left out.
   */
  void drainSuppressed(long nowNanos, ObjLongConsumer<String> report) {
    long second = Math.floorDiv(nowNanos, SECOND_NANOS);
    codes.forEach((code, events) -> {
      long count = events.drain(second);
      if (count > 0) {
        report.accept(code, count);
      }
    });
  }

  /** The events with one code. */
  private static final class Code {
    /** The second of the last event, and how many events that second admitted. */
    private final AtomicLong window = new AtomicLong();

    private final AtomicLong suppressed = new AtomicLong();

    boolean admits(long second, int perSecond) {
      long now = window.get();
      while (now >>> COUNT_BITS < second || (now & COUNT_MASK) < perSecond) {
        long next = now >>> COUNT_BITS < second ? second << COUNT_BITS | 1 : now + 1;
        if (window.compareAndSet(now, next)) {
          return true;
        }
        now = window.get();
      }
      suppressed.incrementAndGet();
      return false;
    }

    long drain(long second) {
      boolean over = window.get() >>> COUNT_BITS < second;
      return over && suppressed.get() > 0 ? suppressed.getAndSet(0) : 0;
    }
  }
}
