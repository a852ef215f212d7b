package dev.midstream.testkit.segment;

import java.lang.foreign.MemorySegment;

/** The Internet checksum (RFC 1071): the one's complement sum of 16-bit words. */
final class OnesComplement {
  private OnesComplement() {}

  /** The sum of {@code length} octets, not folded; an odd last octet is the high half of a word. */
  static long sum(MemorySegment memory, long at, int length) {
    long sum = 0;
    int even = length & ~1;
    for (int i = 0; i < even; i += 2) {
      sum += BigEndian.two(memory, at + i);
    }
    return even == length ? sum : sum + (BigEndian.one(memory, at + even) << 8);
  }

  /** {@code sum} in 16 bits, with the carries added. 0xffff if it includes a right checksum. */
  static int fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return (int) folded;
  }

  /** The checksum field that completes {@code sum}. */
  static int complement(long sum) {
    return ~fold(sum) & 0xffff;
  }
}
