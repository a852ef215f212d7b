package dev.midstream.reassembly.store;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Compares octets of two memories. */
public final class OctetComparison {
  /** Up to so many octets are compared one by one, without the overhead of a comparison of many. */
  private static final int FEW_BYTES = 8;

  private OctetComparison() {}

  /** Whether {@code length} octets at {@code offset} equal those at {@code otherOffset}. */
  public static boolean isSame(
      MemorySegment memory, long offset, MemorySegment other, long otherOffset, long length) {
    if (length > FEW_BYTES) {
      long end = offset + length;
      long otherEnd = otherOffset + length;
      return MemorySegment.mismatch(memory, offset, end, other, otherOffset, otherEnd) < 0;
    }
    boolean same = true;
    for (long i = 0; i < length && same; i++) {
      same = memory.get(JAVA_BYTE, offset + i) == other.get(JAVA_BYTE, otherOffset + i);
    }
    return same;
  }
}
