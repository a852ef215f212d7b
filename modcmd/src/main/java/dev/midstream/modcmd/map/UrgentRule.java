package dev.midstream.modcmd.map;

/**
 * The mapping of the urgent pointer (RFC 9293 section 3.8.5): how far behind the start of its
 * segment the first octet stands that is not urgent any more (RFC 6093).
 *
 * <p>It maps as the end of data does: it stays behind the same octet, or behind all of the edit
 * that took it. One that cannot be said takes the urgent flag with it.
 */
public final class UrgentRule {
  /** The end of urgent octets of which some are undecided, or of none. */
  public static final long NO_END = Long.MIN_VALUE;

  /** No pointer: the segment has no urgent flag. */
  public static final int NO_POINTER = -1;

  private static final int MAX_DISTANCE = 0xffff;

  private UrgentRule() {}

  /** Where urgent octets that end at {@code orgEnd} end in the new stream; or {@link #NO_END}. */
  public static long end(OffsetMap map, long orgEnd) {
    return orgEnd > map.decided() ? NO_END : map.dataEnd(orgEnd);
  }

  /**
   * The pointer of a segment that starts at {@code newStart}, in [0, 65535]; {@link #NO_POINTER} if
   * the urgent octets end before it, nowhere, or too far behind.
   */
  public static int pointer(long newStart, long newEnd) {
    boolean said = newEnd >= newStart && newEnd - newStart <= MAX_DISTANCE;
    return said ? (int) (newEnd - newStart) : NO_POINTER;
  }
}
