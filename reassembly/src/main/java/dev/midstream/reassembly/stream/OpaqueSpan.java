package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The octets of one direction that the agent asked not to see. They leave as they arrive, whatever
 * is missing before them, and are not stored. Essential: its end, and the end of the octets that
 * were not stored, because none of these may be taken into custody.
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

  OpaqueSpan(OffsetMap map) {
    this.map = map;
  }

  /** Makes the next {@code count} octets opaque. */
  public void begin(long count) {
    beginAt(map.decided(), map.decided() + count);
  }

  /** Makes all octets from {@code orgStart} on opaque, at or above D. */
  void beginRest(long orgStart) {
    beginAt(orgStart, Long.MAX_VALUE);
  }

  /** Ends the span at D: octets that are still to come are none of it. */
  void stop() {
    end = Math.min(end, map.decided());
  }

  private void beginAt(long orgStart, long orgEnd) {
    if (!isOpen()) {
      start = orgStart;
    }
    end = orgEnd;
  }

  void write(StateWriter out) {
    boolean started = start != Long.MAX_VALUE;
    out.flags(started, isEndless());
    if (started) {
      out.number(start);
    }
    if (!isEndless()) {
      out.number(end);
    }
    out.number(unstoredEnd);
  }

  void read(StateReader in) {
    int flags = in.count(3);
    start = (flags & 1) == 0 ? Long.MAX_VALUE : in.position();
    end = (flags & 2) == 0 ? in.position() : Long.MAX_VALUE;
    unstoredEnd = in.position();
  }

  /** Whether the next octets are opaque. */
  public boolean isOpen() {
    return end > map.decided() && start <= map.decided();
  }

  /** Whether the agent will see no more octets. */
  public boolean isEndless() {
    return end == Long.MAX_VALUE;
  }

  /** Where the span began, in original space; {@link Long#MAX_VALUE} before the first one. */
  public long start() {
    return start;
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
