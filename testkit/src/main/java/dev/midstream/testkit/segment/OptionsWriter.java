package dev.midstream.testkit.segment;

import java.lang.foreign.MemorySegment;

/** Writes the options of one segment at a time, each padded to a multiple of four octets. */
public final class OptionsWriter {
  private static final int NO_OPERATION = 1;
  private static final int COOKIE_BYTES = 8;

  private final MemorySegment octets = MemorySegment.ofArray(new byte[64]);
  private int length;

  public OptionsWriter clear() {
    length = 0;
    return this;
  }

  MemorySegment octets() {
    return octets;
  }

  int length() {
    return length;
  }

  public void maximumSegment(int bytes) {
    begin(2, 4, 0);
    BigEndian.putTwo(octets, length - 2L, bytes);
  }

  public void windowScale(int shift) {
    begin(3, 3, 1);
    BigEndian.putOne(octets, length - 1L, shift);
  }

  public void sackPermitted() {
    begin(4, 2, 2);
  }

  public void timestamps(int value, int echo) {
    begin(8, 10, 2);
    BigEndian.putFour(octets, length - 8L, value);
    BigEndian.putFour(octets, length - 4L, echo);
  }

  /** A cookie that every simulated host accepts. */
  public void fastOpen() {
    begin(34, 2 + COOKIE_BYTES, 2);
    for (int i = 1; i <= COOKIE_BYTES; i++) {
      BigEndian.putOne(octets, length - i, i);
    }
  }

  /** An offer to encrypt, without a method (RFC 8547 section 4.1). */
  public void encryption() {
    begin(69, 2, 2);
  }

  /** Starts a SACK option; {@code blocks} calls of {@link #block} must follow. */
  public void sack(int blocks) {
    begin(5, 2 + 8 * blocks, 2);
    length -= 8 * blocks;
  }

  public void block(int left, int right) {
    BigEndian.putFour(octets, length, left);
    BigEndian.putFour(octets, length + 4L, right);
    length += 8;
  }

  private void begin(int kind, int bytes, int padding) {
    for (int i = 0; i < padding; i++) {
      BigEndian.putOne(octets, length++, NO_OPERATION);
    }
    BigEndian.putOne(octets, length, kind);
    BigEndian.putOne(octets, length + 1L, bytes);
    length += bytes;
  }
}
