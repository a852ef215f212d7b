package dev.midstream.wire.checksum;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum: one's complement sums of 16-bit words in network order (RFC 1071) and
 * their incremental update (RFC 1624).
 *
 * <p>A <em>sum</em> is a long that sums are added to with {@code +} and that {@link #fold} brings
 * down to 16 bits; a range that is not the last one must have an even length or be turned with
 * {@link #turn}. A <em>checksum</em> is what stands in a header: the complement of the folded sum.
 */
public final class InternetChecksum {
  /*
   * A one's complement sum does not depend on the width or the octet order of the words that are
   * added, as long as carries come back at the low end and the result is turned once at the end
   * (RFC 1071 section 2). So the loop adds the two 32-bit halves of native longs into 64-bit
   * accumulators, which cannot overflow within 2^31 octets, and needs no carry at all.
   */
  private static final ValueLayout.OfLong EIGHT = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt FOUR = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort TWO = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfByte ONE = ValueLayout.JAVA_BYTE;
  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final long LOW = 0xffff_ffffL;
  private static final int PROTOCOL_TCP = 6;

  private InternetChecksum() {}

  /**
   * The sum of {@code length} octets at {@code offset}, between 0 and 0xffff; an odd last octet
   * counts as if a zero followed it.
   */
  public static long sum(MemorySegment memory, long offset, int length) {
    long low = 0;
    long high = 0;
    int at = 0;
    for (; at <= length - 32; at += 32) {
      long a = memory.get(EIGHT, offset + at);
      long b = memory.get(EIGHT, offset + at + 8);
      long c = memory.get(EIGHT, offset + at + 16);
      long d = memory.get(EIGHT, offset + at + 24);
      low += (a & LOW) + (b & LOW) + (c & LOW) + (d & LOW);
      high += (a >>> 32) + (b >>> 32) + (c >>> 32) + (d >>> 32);
    }
    int folded = fold(low + high + tail(memory, offset + at, length - at));
    return LITTLE_ENDIAN ? turn(folded) : folded;
  }

  private static long tail(MemorySegment memory, long offset, int length) {
    long sum = 0;
    int at = 0;
    for (; at <= length - 8; at += 8) {
      long word = memory.get(EIGHT, offset + at);
      sum += (word & LOW) + (word >>> 32);
    }
    if ((length & 4) != 0) {
      sum += memory.get(FOUR, offset + at) & LOW;
      at += 4;
    }
    if ((length & 2) != 0) {
      sum += memory.get(TWO, offset + at) & 0xffff;
      at += 2;
    }
    if ((length & 1) != 0) {
      int octet = memory.get(ONE, offset + at) & 0xff;
      sum += LITTLE_ENDIAN ? octet : octet << 8;
    }
    return sum;
  }

  /** Brings a sum down to 16 bits; 0 only for the sum 0. The sum must not be negative. */
  public static int fold(long sum) {
    long folded = (sum & LOW) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) ((folded & 0xffff) + (folded >>> 16));
  }

  /** The checksum that belongs to a sum. */
  public static int checksum(long sum) {
    return ~fold(sum) & 0xffff;
  }

  /** The folded sum of a range as it counts when the range starts at an odd place. */
  public static int turn(int folded) {
    return ((folded & 0xff) << 8) | (folded >>> 8);
  }

  /**
   * The sum of the TCP pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1). For IPv4 the
   * high halves are 0 and the low ones hold the 32-bit addresses.
   *
   * @param length octets of TCP header and payload
   */
  public static long tcpPseudoHeader(
      long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int length) {
    return halves(sourceHigh)
        + halves(sourceLow)
        + halves(destinationHigh)
        + halves(destinationLow)
        + (length & LOW)
        + PROTOCOL_TCP;
  }

  /**
   * What a checksum's sum gains when {@code before} becomes {@code after} at an even place; add it
   * to {@code ~checksum} (RFC 1624 equation 3).
   */
  public static long change(int before, int after) {
    return (~before & LOW) + (after & LOW);
  }

  /** The checksum after its sum gained {@code change}, the total of {@link #change} results. */
  public static int update(int checksum, long change) {
    return checksum((~checksum & 0xffff) + change);
  }

  private static long halves(long word) {
    return (word & LOW) + (word >>> 32);
  }
}
