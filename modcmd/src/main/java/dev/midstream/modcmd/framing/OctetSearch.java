package dev.midstream.modcmd.framing;

import dev.midstream.modcmd.agent.OctetView;

/** Searches for one octet, eight positions at a time. */
final class OctetSearch {
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private OctetSearch() {}

  /**
   * The first position of {@code octet} in [from, end) of the view, or {@code end} if there is
   * none.
   */
  static int indexOf(OctetView view, byte octet, int from, int end) {
    long wanted = LOW_BITS * Byte.toUnsignedLong(octet);
    int at = from;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      long differing = view.eightAt(at) ^ wanted;
      long marks = (differing - LOW_BITS) & ~differing & HIGH_BITS;
      if (marks != 0) {
        return at + Long.numberOfTrailingZeros(marks) / Byte.SIZE;
      }
    }
    while (at < end && view.at(at) != octet) {
      at++;
    }
    return at;
  }
}
