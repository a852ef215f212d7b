package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.map.OffsetMap;

/**
 * The octets of one direction that the agent asked not to see. They leave as they arrive, whatever
 * is missing before them, and are not stored. Essential: its end, and the end of the octets that
 * were not stored, because none of these may be taken into custody, and whether the agent is to be
 * called at its end.
 */
public final class OpaqueSpan {
  /*
   *  original   ...... D ..................... Q ......
   *                    still to come, or left   to be decided again
   *
   * Inside the span D advances with the octets that arrive. The span ends when D reaches Q.
   */
  private final OffsetMap map;
  private long start = Long.MAX_VALUE;
  private long end;
  private long unstoredEnd;
  private boolean endOwed;

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

  /** Whether the agent will see no more octets. */
  public boolean isEndless() {
    return end == Long.MAX_VALUE;
  }

  /** Sets whether the agent is to be called once when the last of the octets has left. */
  public void setEndOwed(boolean owed) {
    endOwed = owed;
  }

  /** Whether the agent is to be called now, because the span has ended. */
  public boolean isEndOwed() {
    return endOwed && !isOpen();
  }

  /** Q: the end of the span, in original space. */
  public long end() {
    return end;
  }

  /** Whether an original range lies entirely in the current span, whether it has arrived or not. */
  public boolean covers(long orgStart, long orgEnd) {
    return isOpen() && orgStart >= start && orgEnd <= end;
  }

  /** Advances D over opaque octets that arrived, whatever is missing before them. */
  public void skipTo(long orgEnd) {
    if (orgEnd > map.decided()) {
      map.decideTo(orgEnd);
      unstoredEnd = orgEnd;
    }
  }

  /** Whether the octet at {@code orgPosition} is one of the span that came or was skipped. */
  boolean hasPassed(long orgPosition) {
    return orgPosition >= start && orgPosition < unstoredEnd;
  }

  /** The end of the opaque octets that came or were skipped, and are not stored. */
  public long unstoredEnd() {
    return unstoredEnd;
  }

  /**
   * Whether every octet beyond {@code orgPosition} that has arrived is stored. Opaque octets are
   * not, and some before them may be missing, so only their sender can retransmit them.
   */
  public boolean isKeptFrom(long orgPosition) {
    return unstoredEnd <= orgPosition;
  }
}
