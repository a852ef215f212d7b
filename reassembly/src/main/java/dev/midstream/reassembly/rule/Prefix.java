package dev.midstream.reassembly.rule;

/**
 * A block of addresses that share their first bits. All bits after the prefix are 0.
 *
 * @param ipVersion 4 or 6
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address
 * @param length number of shared bits, 0 to 32 or 128
 */
public record Prefix(int ipVersion, long high, long low, int length) {

  /** Clears the bits after the prefix. */
  public Prefix {
    int maxLength = maxLength(ipVersion);
    if (length < 0 || length > maxLength) {
      throw new IllegalArgumentException("prefix length out of range, length=" + length);
    }
    high &= highMask(ipVersion, length);
    low &= lowMask(ipVersion, length);
  }

  /** The address length of an IP version in bits: 32 or 128. */
  public static int maxLength(int ipVersion) {
    return switch (ipVersion) {
      case 4 -> 32;
      case 6 -> 128;
      default -> throw new IllegalArgumentException("unknown ip version, version=" + ipVersion);
    };
  }

  /** Whether an address lies in this block. */
  public boolean contains(int ipVersion, long high, long low) {
    return ipVersion == this.ipVersion
        && (high & highMask(ipVersion, length)) == this.high
        && (low & lowMask(ipVersion, length)) == this.low;
  }

  private static long highMask(int ipVersion, int length) {
    return ipVersion == 4 ? 0 : leadingOnes(Math.min(length, 64));
  }

  private static long lowMask(int ipVersion, int length) {
    return ipVersion == 4
        ? leadingOnes(32 + length) & 0xFFFF_FFFFL
        : leadingOnes(Math.max(length - 64, 0));
  }

  /** A number whose first {@code count} of 64 bits are set. */
  private static long leadingOnes(int count) {
    return count == 0 ? 0 : -1L << (64 - count);
  }
}
