package dev.midstream.modcmd.call;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Looks for ends of lines that readers may take in different ways, many positions at a time. */
final class LineMarks {
  /*
   * Let w be the eight octets from a position and v those from the next one. The zero octets of
   * w ^ CR are the positions of a CR, those of v ^ LF the positions before a LF, and so on.
   * (x - 01..01) & ~x has the highest bit of each zero octet of x, and of some octets of 1 right
   * after one. Such a false mark never hides a true one: the octet before it has one then.
   *
   * The loops have no branch and change `any` once, so that the compiler vectorizes them: four
   * times as fast. They exist twice, for native and for heap memory: a shared loop would see both
   * kinds of segment and become slower.
   */

  private static final ValueLayout.OfLong EIGHT =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long CR = LOW_BITS * '\r';
  private static final long LF = LOW_BITS * '\n';
  private static final long DOT = LOW_BITS * '.';

  private LineMarks() {}

  /**
   * Whether a CR without a LF, a LF without a CR, or a LF before a dot or NUL may be at one of
   * {@code steps} times eight positions from {@code offset}; each is compared with the next one.
   */
  static boolean any(MemorySegment memory, long offset, int steps) {
    long marks =
        memory.isNative() ? inNative(memory, offset, steps) : inHeap(memory, offset, steps);
    return marks != 0;
  }

  private static long inNative(MemorySegment memory, long offset, int steps) {
    long any = 0;
    for (int step = 0; step < steps; step++) {
      long octets = memory.get(EIGHT, offset + (long) step * Long.BYTES);
      long next = memory.get(EIGHT, offset + 1 + (long) step * Long.BYTES);
      long lf = octets ^ LF;
      long unpaired = zeroes(octets ^ CR) ^ zeroes(next ^ LF);
      any |= unpaired | zeroes(lf | (next ^ DOT)) | zeroes(lf | next);
    }
    return any & HIGH_BITS;
  }

  private static long inHeap(MemorySegment memory, long offset, int steps) {
    long any = 0;
    for (int step = 0; step < steps; step++) {
      long octets = memory.get(EIGHT, offset + (long) step * Long.BYTES);
      long next = memory.get(EIGHT, offset + 1 + (long) step * Long.BYTES);
      long lf = octets ^ LF;
      long unpaired = zeroes(octets ^ CR) ^ zeroes(next ^ LF);
      any |= unpaired | zeroes(lf | (next ^ DOT)) | zeroes(lf | next);
    }
    return any & HIGH_BITS;
  }

  private static long zeroes(long octets) {
    return (octets - LOW_BITS) & ~octets;
  }
}
