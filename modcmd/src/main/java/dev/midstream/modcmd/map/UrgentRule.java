package dev.midstream.modcmd.map;

/**
 * The mapping of the urgent pointer (RFC 9293 section 3.8.5): the distance from the start of its
 * segment to the first octet that is no longer urgent (RFC 6093).
 *
 * <p>The end of urgent octets maps as the end of data does: it stays after the same octet, or after
 * the whole edit that replaced that octet. If the pointer cannot be represented, the segment loses
 * its urgent flag.
 */
public final class UrgentRule {
  /** No end: some of the urgent octets are undecided, or there are none. */
  public static final long NO_END = Long.MIN_VALUE;

  /** No pointer: the segment has no urgent flag. */
  public static final int NO_POINTER = -1;

  private static final int MAX_DISTANCE = 0xffff;

  private UrgentRule() {}

  /** The new end of urgent octets that end at {@code orgEnd}, or {@link #NO_END}. */
  public static long end(OffsetMap map, long orgEnd) {
    return orgEnd > map.decided() ? NO_END : map.dataEnd(orgEnd);
  }

  /**
   * The pointer of a segment that starts at {@code newStart}, in [0, 65535]. {@link #NO_POINTER} if
   * the urgent octets end before the segment, have no end, or end too far after it.
   */
  public static int pointer(long newStart, long newEnd) {
    boolean fits = newEnd >= newStart && newEnd - newStart <= MAX_DISTANCE;
    return fits ? (int) (newEnd - newStart) : NO_POINTER;
  }
}
