package dev.midstream.fuzz;

import java.util.Arrays;

/** The fuzzed octets, read from the front; 0 beyond the end. */
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

  /** At most {@code maxBytes} of the next octets. */
  byte[] octets(int maxBytes) {
    int end = Math.min(octets.length, at + maxBytes);
    byte[] found = Arrays.copyOfRange(octets, at, end);
    at = end;
    return found;
  }

  /** All remaining octets. */
  byte[] rest() {
    return octets(octets.length);
  }
}
