package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.map.OffsetMap;

/**
 * The octets of one direction that nobody wants to see: they leave as they come, whatever is
 * missing before them, and nothing of them is kept.
 */
public final class OpaqueSpan {
  /*
   *  original   ...... D ..................... Q ......
   *                    still to come, or left   to be decided again
   *
   * Inside the span D follows what arrives; it is over when D reaches Q.
   */
  private final OffsetMap map;
  private long start = Long.MAX_VALUE;
  private long end;
  private long unkeptEnd;

  OpaqueSpan(OffsetMap map) {
    this.map = map;
  }

  /** Makes the next {@code count} octets opaque; {@link Long#MAX_VALUE} for all the rest. */
  public void begin(long count) {
    long decided = map.decided();
    if (!isOpen()) {
      start = decided;
    }
    end = count == Long.MAX_VALUE ? Long.MAX_VALUE : decided + count;
  }

  /** Whether the next octets are opaque. */
  public boolean isOpen() {
    return end > map.decided();
  }

  /** Whether no octet will ever be shown again. */
  public boolean isEndless() {
    return end == Long.MAX_VALUE;
  }

  /** Q: the end of the span, in original space. */
  public long end() {
    return end;
  }

  /** Whether an original range lies wholly in the present span, arrived or not. */
  public boolean covers(long orgStart, long orgEnd) {
    return isOpen() && orgStart >= start && orgEnd <= end;
  }

  /** Follows octets of the span that arrived, with or without a gap before them. */
  public void skipTo(long orgEnd) {
    if (orgEnd > map.decided()) {
      map.decideTo(orgEnd);
      unkeptEnd = orgEnd;
    }
  }

  /** The same of octets that are kept, and follow those before them without a gap. */
  public void passTo(long orgEnd) {
    map.decideTo(orgEnd);
  }

  /**
   * Whether every octet from {@code orgPosition} on that has come is kept. Opaque ones are not, and
   * some before them may be missing: nobody but their sender can repeat them.
   */
  public boolean isKeptFrom(long orgPosition) {
    return unkeptEnd <= orgPosition;
  }
}
