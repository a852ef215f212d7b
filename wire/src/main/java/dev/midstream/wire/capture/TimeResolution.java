package dev.midstream.wire.capture;

import java.math.BigInteger;

/**
 * The resolution of the 64-bit timestamps of a pcapng interface: units of 10<sup>-exponent</sup> or
 * 2<sup>-exponent</sup> seconds, with an offset in seconds.
 *
 * @param binary whether the unit is a power of two
 * @param exponent 0 to 127
 * @param offsetSeconds added to every timestamp; may be negative
 */
record TimeResolution(boolean binary, int exponent, long offsetSeconds) {
  /** Microseconds since the epoch, the default of an interface. */
  static final TimeResolution MICROSECONDS = new TimeResolution(false, 6, 0);

  /**
   * The latest time, in the year 2116, so that arithmetic with a forged timestamp does not
   * overflow.
   */
  static final long MAX_NANOS = 1L << 62;

  static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int NANO_EXPONENT = 9;
  private static final int MAX_POWER_OF_TEN = 19;

  /** Reads the octet of {@code if_tsresol}. */
  static TimeResolution of(int resolutionOctet, long offsetSeconds) {
    return new TimeResolution((resolutionOctet & 0x80) != 0, resolutionOctet & 0x7f, offsetSeconds);
  }

  /** The time of a timestamp, rounded down, within zero and {@link #MAX_NANOS}. */
  long toNanos(long stamp) {
    long nanos = binary ? binaryToNanos(stamp) : decimalToNanos(stamp);
    if (offsetSeconds == 0) {
      return nanos;
    }
    long seconds =
        Math.clamp(offsetSeconds, -MAX_NANOS / NANOS_PER_SECOND, MAX_NANOS / NANOS_PER_SECOND);
    return Math.clamp(nanos + seconds * NANOS_PER_SECOND, 0, MAX_NANOS);
  }

  /** The timestamp whose time is {@code timeNanos}, or nearest to it. */
  long fromNanos(long timeNanos) {
    BigInteger nanos =
        BigInteger.valueOf(timeNanos)
            .subtract(
                BigInteger.valueOf(offsetSeconds).multiply(BigInteger.valueOf(NANOS_PER_SECOND)))
            .max(BigInteger.ZERO);
    BigInteger billion = BigInteger.valueOf(NANOS_PER_SECOND);
    BigInteger unitsPerSecond =
        binary ? BigInteger.ONE.shiftLeft(exponent) : BigInteger.TEN.pow(exponent);
    // Rounded up because reading rounds down: a timestamp no finer than a nanosecond survives the
    // round trip exactly.
    BigInteger stamp =
        nanos.multiply(unitsPerSecond).add(billion).subtract(BigInteger.ONE).divide(billion);
    return stamp.bitLength() > Long.SIZE ? -1L : stamp.longValue();
  }

  private long decimalToNanos(long stamp) {
    if (exponent <= NANO_EXPONENT) {
      long nanosPerUnit = powerOfTen(NANO_EXPONENT - exponent);
      boolean overflows = Math.unsignedMultiplyHigh(stamp, nanosPerUnit) != 0;
      return overflows ? MAX_NANOS : capped(stamp * nanosPerUnit);
    }
    int excess = exponent - NANO_EXPONENT;
    return excess > MAX_POWER_OF_TEN ? 0 : capped(Long.divideUnsigned(stamp, powerOfTen(excess)));
  }

  private long binaryToNanos(long stamp) {
    long high = Math.unsignedMultiplyHigh(stamp, NANOS_PER_SECOND);
    long low = stamp * NANOS_PER_SECOND;
    if (exponent >= Long.SIZE) {
      return high >>> (exponent - Long.SIZE);
    }
    if (high >>> exponent != 0) {
      return MAX_NANOS;
    }
    return capped(exponent == 0 ? low : high << (Long.SIZE - exponent) | low >>> exponent);
  }

  private static long capped(long unsignedNanos) {
    return Long.compareUnsigned(unsignedNanos, MAX_NANOS) > 0 ? MAX_NANOS : unsignedNanos;
  }

  private static long powerOfTen(int exponent) {
    long power = 1;
    for (int i = 0; i < exponent; i++) {
      power *= 10;
    }
    return power;
  }
}
