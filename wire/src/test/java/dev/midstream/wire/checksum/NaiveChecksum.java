package dev.midstream.wire.checksum;

/**
 * The Internet checksum octet by octet, as RFC 1071 describes it; the reference for the fast one.
 */
public final class NaiveChecksum {
  private NaiveChecksum() {}

  /** The folded sum of {@code [start, end)}; the first octet of each pair is the high one. */
  public static int sum(byte[] octets, int start, int end) {
    int sum = 0;
    for (int i = start; i < end; i++) {
      int octet = octets[i] & 0xff;
      sum += (i - start) % 2 == 0 ? octet * 256 : octet;
      if (sum > 0xffff) {
        sum -= 0xffff;
      }
    }
    return sum;
  }

  /** The checksum of these octets. */
  public static int checksum(byte[] octets, int start, int end) {
    return 0xffff - sum(octets, start, end);
  }
}
