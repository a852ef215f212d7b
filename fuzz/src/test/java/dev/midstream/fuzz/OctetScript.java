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
  int nextOctet() {
    return hasMore() ? Byte.toUnsignedInt(octets[at++]) : 0;
  }

  /** The next two octets, 0 to 65,535. */
  int nextNumber() {
    return nextOctet() << 8 | nextOctet();
  }

  /** The next octet as a number in [-128, 128). */
  int nextSigned() {
    return (byte) nextOctet();
  }

  /** One of {@code values}. */
  <T> T nextOf(T[] values) {
    return values[nextOctet() % values.length];
  }

  /** At most {@code maxBytes} of the next octets. */
  byte[] nextOctets(int maxBytes) {
    int end = Math.min(octets.length, at + maxBytes);
    byte[] found = Arrays.copyOfRange(octets, at, end);
    at = end;
    return found;
  }

  /** All remaining octets. */
  byte[] nextRest() {
    return nextOctets(octets.length);
  }
}
