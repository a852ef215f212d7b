package dev.midstream.testkit.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Unsigned numbers in network byte order, at any address. */
final class BigEndian {
  private static final ValueLayout.OfShort TWO =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt FOUR =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private BigEndian() {}

  static int one(MemorySegment memory, long at) {
    return memory.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  static int two(MemorySegment memory, long at) {
    return memory.get(TWO, at) & 0xffff;
  }

  static int four(MemorySegment memory, long at) {
    return memory.get(FOUR, at);
  }

  static void putOne(MemorySegment memory, long at, int value) {
    memory.set(ValueLayout.JAVA_BYTE, at, (byte) value);
  }

  static void putTwo(MemorySegment memory, long at, int value) {
    memory.set(TWO, at, (short) value);
  }

  static void putFour(MemorySegment memory, long at, int value) {
    memory.set(FOUR, at, value);
  }
}
