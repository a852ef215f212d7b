package dev.midstream.wire.checksum;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum: one's complement sums of 16-bit words in network byte order (RFC 1071) and
 * their incremental update (RFC 1624).
 *
 * <p>A <em>sum</em> is a long. Sums are added with {@code +} and reduced to 16 bits by {@link
 * #fold}. A range that is not the last one must have an even length; otherwise the octets of the
 * next sum are swapped with {@link #swap}. A <em>checksum</em> is the value of a header field: the
 * complement of the folded sum.
 */
public final class InternetChecksum {
  /*
   * A one's complement sum does not depend on the width or the byte order of the words that are
   * added, as long as carries wrap around and the octets of the result are swapped once at the end
   * (RFC 1071 section 2). The loop therefore adds the two 32-bit halves of native longs to a 64-bit
   * number, which 2^31 octets cannot overflow, and needs no carry. The compiler turns this plain
   * form into vector additions; unrolled by hand it was three to five times slower.
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
   * The sum of {@code length} octets at {@code offset}, 0 to 0xffff; a zero octet pads an odd
   * length.
   */
  public static long sum(MemorySegment memory, long offset, int length) {
    long sum = 0;
    int words = length >>> 3;
    for (int word = 0; word < words; word++) {
      long eight = memory.get(EIGHT, offset + word * 8L);
      sum += (eight & LOW) + (eight >>> 32);
    }
    int folded = fold(sum + tail(memory, offset + words * 8L, length & 7));
    return LITTLE_ENDIAN ? swap(folded) : folded;
  }

  private static long tail(MemorySegment memory, long offset, int length) {
    long sum = 0;
    long at = offset;
    if ((length & 4) != 0) {
      sum += memory.get(FOUR, at) & LOW;
      at += 4;
    }
    if ((length & 2) != 0) {
      sum += memory.get(TWO, at) & 0xffff;
      at += 2;
    }
    if ((length & 1) != 0) {
      int octet = memory.get(ONE, at) & 0xff;
      sum += LITTLE_ENDIAN ? octet : octet << 8;
    }
    return sum;
  }

  /** Reduces a sum to 16 bits; 0 only for the sum 0. The sum must not be negative. */
  public static int fold(long sum) {
    long folded = (sum & LOW) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) ((folded & 0xffff) + (folded >>> 16));
  }

  /** The checksum of a sum. */
  public static int checksum(long sum) {
    return ~fold(sum) & 0xffff;
  }

  /** Swaps the octets of a folded sum, as needed for a range that starts at an odd offset. */
  public static int swap(int folded) {
    return ((folded & 0xff) << 8) | (folded >>> 8);
  }

  /**
   * The sum of the TCP pseudo header (RFC 9293 section 3.1, RFC 8200 section 8.1). For IPv4 the
   * high halves are 0 and the low halves are the addresses.
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
   * The change of a sum when {@code before} becomes {@code after} at an even offset; to be added to
   * {@code ~checksum} (RFC 1624 equation 3).
   */
  public static long change(int before, int after) {
    return (~before & LOW) + (after & LOW);
  }

  /** The checksum after its sum changed by {@code change}, the total of {@link #change} results. */
  public static int update(int checksum, long change) {
    return checksum((~checksum & 0xffff) + change);
  }

  private static long halves(long word) {
    return (word & LOW) + (word >>> 32);
  }
}
