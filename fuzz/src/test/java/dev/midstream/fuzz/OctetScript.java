package dev.midstream.fuzz;

import java.util.Arrays;

/** Fuzzed octets read from the front; beyond the end everything is 0. */
final class OctetScript {
  private final byte[] octets;
  private int at;

  OctetScript(byte[] octets) {
    this.octets = octets;
  }

  boolean hasMore() {
    return at < octets.length;
  }

  /** The next octet, 0 to 255. */
  int octet() {
    return hasMore() ? Byte.toUnsignedInt(octets[at++]) : 0;
  }

  /** The next two octets, 0 to 65,535. */
  int number() {
    return octet() << 8 | octet();
  }

  /** The next octet as a number in [-128, 128). */
  int signed() {
    return (byte) octet();
  }

  /** One of {@code values}. */
  <T> T oneOf(T[] values) {
    return values[octet() % values.length];
  }

  /** Up to {@code most} of the next octets. */
  byte[] take(int most) {
    int end = Math.min(octets.length, at + most);
    byte[] taken = Arrays.copyOfRange(octets, at, end);
    at = end;
    return taken;
  }

  /** All octets that are left. */
  byte[] rest() {
    return take(octets.length);
  }
}
