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

  /** A clock of milliseconds may tick so often while a segment is under way (MSL: 120 s). */
  private static final long MOST_DELAY_TICKS = 120_000;

  private static final long NANOS_OF_MILLISECOND = 1_000_000;
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
   * nanos} after each other. Delays vary, so it may seem 30 times as fast or slow. There are more
   * ticks than a clock of milliseconds makes in that time and in 120 s, as long as a segment may be
   * delayed (MSL, RFC 9293 section 3.4.2). So 0.13 s are enough, and no clock of milliseconds is
   * ever taken for one of microseconds.
   */
  public static boolean isMicroseconds(long ticks, long nanos) {
    long micros = nanos / 1_000;
    return ticks > MOST_DELAY_TICKS + nanos / NANOS_OF_MILLISECOND
        && ticks <= micros * MOST_FACTOR
        && micros <= ticks * MOST_FACTOR;
  }

  /** Whether {@code value} is newer than {@code other}. */
  public static boolean isAfter(int value, int other) {
    return isBefore(other, value);
  }
}
