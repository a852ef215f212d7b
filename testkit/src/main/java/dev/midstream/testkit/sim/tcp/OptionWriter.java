package dev.midstream.testkit.sim.tcp;

import static dev.midstream.wire.header.NetworkOrder.putFourOctets;
import static dev.midstream.wire.header.NetworkOrder.putOctet;
import static dev.midstream.wire.header.NetworkOrder.putTwoOctets;

import java.lang.foreign.MemorySegment;

/** Writes the options of one segment at a time, each padded to a multiple of four octets. */
final class OptionWriter {
  private static final int NO_OPERATION = 1;
  private static final int COOKIE_BYTES = 8;

  private final MemorySegment octets = MemorySegment.ofArray(new byte[64]);
  private int length;

  OptionWriter clear() {
    length = 0;
    return this;
  }

  MemorySegment octets() {
    return octets;
  }

  int length() {
    return length;
  }

  void maximumSegment(int bytes) {
    begin(2, 4, 0);
    putTwoOctets(octets, length - 2, bytes);
  }

  void windowScale(int shift) {
    begin(3, 3, 1);
    putOctet(octets, length - 1, shift);
  }

  void sackPermitted() {
    begin(4, 2, 2);
  }

  void timestamps(int value, int echo) {
    begin(8, 10, 2);
    putFourOctets(octets, length - 8, value);
    putFourOctets(octets, length - 4, echo);
  }

  /** A cookie that every simulated host accepts. */
  void fastOpen() {
    begin(34, 2 + COOKIE_BYTES, 2);
    for (int i = 1; i <= COOKIE_BYTES; i++) {
      putOctet(octets, length - i, i);
    }
  }

  /** Starts a SACK option; {@code blocks} calls of {@link #block} must follow. */
  void sack(int blocks) {
    begin(5, 2 + 8 * blocks, 2);
    length -= 8 * blocks;
  }

  void block(int left, int right) {
    putFourOctets(octets, length, left);
    putFourOctets(octets, length + 4L, right);
    length += 8;
  }

  private void begin(int kind, int bytes, int padding) {
    for (int i = 0; i < padding; i++) {
      putOctet(octets, length++, NO_OPERATION);
    }
    putOctet(octets, length, kind);
    putOctet(octets, length + 1L, bytes);
    length += bytes;
  }
}
