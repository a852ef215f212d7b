package dev.midstream.modcmd.offset;

/** The order of TCP timestamp values, which are 32-bit and wrap (RFC 7323 section 5.2). */
public final class TimestampOrder {
  private TimestampOrder() {}

  /**
   * Whether {@code value} is older than {@code other}, by 1 to 2^31 − 1 ticks. For values 2^31
   * apart, neither is older.
   */
  public static boolean isBefore(int value, int other) {
    return other - value > 0;
  }

  /** Whether {@code value} is newer than {@code other}. */
  public static boolean isAfter(int value, int other) {
    return isBefore(other, value);
  }
}
