package dev.midstream.modcmd.offset;

/** The order of TCP timestamp values, which are 32-bit and wrap (RFC 7323 section 5.2). */
public final class TimestampOrder {
  /*
   * A receiver does not know the clock of the sender and must assume the fastest one (RFC 7323
   * section 5.5). The RFC's 24 days are half of the range of a clock that counts milliseconds.
   * Clocks that count microseconds are in use; half of their range takes 2^31 us. Old duplicates
   * are gone long before (MSL: 120 s). Linux has the same limit (TCP_PAWS_WRAP).
   */
  private static final long OUTDATED_NANOS = 2_147_000_000_000L;

  private static final long LEAST_TICKS = 5_000;
  private static final long MOST_FACTOR = 30;

  private TimestampOrder() {}

  /**
   * Whether {@code value} is older than {@code other}, by 1 to 2^31 − 1 ticks. For values 2^31
   * apart, neither is older.
   */
  public static boolean isBefore(int value, int other) {
    return other - value > 0;
  }

  /**
   * Whether a value that was current {@code ageNanos} ago is outdated: the clock that it was taken
   * from may have passed half of its range since, so its order to newer values is unknown.
   */
  public static boolean isOutdated(long ageNanos) {
    return ageNanos >= OUTDATED_NANOS;
  }

  /**
   * Whether a clock counts microseconds that advanced by {@code ticks} while segments came {@code
   * nanos} after each other. Delays vary, so it may seem 30 times as fast or slow: a clock of
   * milliseconds is a thousand times as slow. Fewer than 5,000 ticks tell nothing: a clock of
   * milliseconds may have made them while a segment was delayed.
   */
  public static boolean isMicroseconds(long ticks, long nanos) {
    long micros = nanos / 1_000;
    return ticks >= LEAST_TICKS && ticks <= micros * MOST_FACTOR && micros <= ticks * MOST_FACTOR;
  }

  /** Whether {@code value} is newer than {@code other}. */
  public static boolean isAfter(int value, int other) {
    return isBefore(other, value);
  }
}
