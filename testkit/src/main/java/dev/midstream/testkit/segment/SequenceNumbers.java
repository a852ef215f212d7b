package dev.midstream.testkit.segment;

/**
 * The sequence numbers of one direction as stream offsets (RFC 9293 section 3.4). Offset −1 is the
 * SYN, offset 0 the first octet.
 *
 * @param isn the initial sequence number
 */
public record SequenceNumbers(int isn) {
  private static final long MODULUS = 1L << 32;

  /** The number of the octet at {@code offset}. */
  public int numberAt(long offset) {
    return (int) Math.floorMod(isn + 1L + offset, MODULUS);
  }

  /** The offset with this number that is nearest to {@code near}; the lower one of two. */
  public long offsetOf(int number, long near) {
    long ahead = Math.floorMod(number - (isn + 1L) - near, MODULUS);
    return near + (ahead < MODULUS / 2 ? ahead : ahead - MODULUS);
  }

  /** Whether a timestamp is older than another one (RFC 7323 section 5.2). */
  public static boolean isOlder(int timestamp, int other) {
    long behind = Math.floorMod((long) other - timestamp, MODULUS);
    return behind > 0 && behind < MODULUS / 2;
  }
}
