package dev.midstream.modcmd.map;

import dev.midstream.modcmd.offset.SequenceSpace;

/**
 * The space under test and a naive one: the 32-bit numbers of a stream that cross a given number at
 * a given offset, counted in 64 bits.
 */
final class WireNumbers {
  private static final long MASK = 0xffff_ffffL;

  private final long number;
  private final long offset;
  private final SequenceSpace space;

  private WireNumbers(long number, long offset) {
    this.number = number;
    this.offset = offset;
    space = new SequenceSpace((int) (number - offset - 1));
  }

  /** The numbers wrap to 0 at {@code offset}. */
  static WireNumbers wrappingAt(long offset) {
    return new WireNumbers(0, offset);
  }

  /** The numbers pass 2^31 at {@code offset}. */
  static WireNumbers passingHalfAt(long offset) {
    return new WireNumbers(1L << 31, offset);
  }

  /** The offset found for the number at {@code position}. */
  long read(long position, long near) {
    return space.offsetOf((int) at(position), near);
  }

  /** Compares the number of {@code actual} with the number at {@code expected}. */
  void same(String rule, long at, long expected, long actual) {
    Same.position(rule, at, at(expected), space.sequenceOf(actual) & MASK);
  }

  /** Whether the numbers cross after {@code from} and at or below {@code to}. */
  boolean isCrossed(long from, long to) {
    boolean wraps = at(from) > at(to);
    boolean passesHalf = (int) at(from) > (int) at(to);
    return (number == 0 ? wraps : passesHalf) && to - from < 1L << 31;
  }

  private long at(long position) {
    return (number + position - offset) & MASK;
  }
}
