package dev.midstream.tables.service;

/**
 * Permits so many in any second at most, and nine tenths of it for long. Not thread-safe.
 *
 * <p>A tenth of the rate may come at once, and credit grows with nine tenths of the rate: a second
 * that begins with full credit permits both, which is the rate.
 */
final class Budget {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int PARTS = 10;

  private final long burst;
  private final long perSecond;
  private long credit;
  private long lastNanos;

  /** A budget with full credit. */
  Budget(int rate, long nowNanos) {
    burst = rate / PARTS;
    perSecond = rate - burst;
    credit = burst * SECOND_NANOS;
    lastNanos = nowNanos;
  }

  /** How many are permitted now. */
  int available(long nowNanos) {
    long passedNanos = Math.clamp(nowNanos - lastNanos, 0, SECOND_NANOS);
    lastNanos = nowNanos;
    credit = Math.min(burst * SECOND_NANOS, credit + passedNanos * perSecond);
    return (int) (credit / SECOND_NANOS);
  }

  /** So many of those that are permitted were used. */
  void use(int count) {
    credit -= count * SECOND_NANOS;
  }
}
