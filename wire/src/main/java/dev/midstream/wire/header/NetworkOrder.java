package dev.midstream.wire.header;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers in network byte order at any offset of a memory segment, which checks its bounds. */
public final class NetworkOrder {
  private static final ValueLayout.OfByte ONE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort TWO =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt FOUR =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong EIGHT =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private NetworkOrder() {}

  /** The octet at {@code offset}, 0 to 0xff. */
  public static int octet(MemorySegment memory, long offset) {
    return memory.get(ONE, offset) & 0xff;
  }

  /** The two octets at {@code offset}, 0 to 0xffff. */
  public static int twoOctets(MemorySegment memory, long offset) {
    return memory.get(TWO, offset) & 0xffff;
  }

  /** The four octets at {@code offset}. */
  public static int fourOctets(MemorySegment memory, long offset) {
    return memory.get(FOUR, offset);
  }

  /** The eight octets at {@code offset}. */
  public static long eightOctets(MemorySegment memory, long offset) {
    return memory.get(EIGHT, offset);
  }

  /** Writes the low 8 bits of {@code value}. */
  public static void putOctet(MemorySegment memory, long offset, int value) {
    memory.set(ONE, offset, (byte) value);
  }

  /** Writes the low 16 bits of {@code value}. */
  public static void putTwoOctets(MemorySegment memory, long offset, int value) {
    memory.set(TWO, offset, (short) value);
  }

  /** Writes {@code value}. */
  public static void putFourOctets(MemorySegment memory, long offset, int value) {
    memory.set(FOUR, offset, value);
  }
}
