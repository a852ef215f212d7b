package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The segment that filled a gap of one direction, or a part of it, and the octets after it that had
 * arrived before. Derived state.
 *
 * <p>Without the engine, the receiver's acknowledgement of this segment would cover all of them. So
 * the engine acknowledges them when the receiver acknowledges the segment, or when that takes too
 * long. Otherwise a sender without SACK would take each paced segment for lost (RFC 6582, partial
 * acknowledgements).
 */
public final class GapFill {
  private final Edits edits;
  private long sinceNanos = WaitTimes.NEVER;
  private long arrivedEnd;
  private long newFillerEnd;
  private long wantedEnd;

  GapFill(Edits edits) {
    this.edits = edits;
  }

  void write(StateWriter out, long nowNanos) {
    boolean waits = sinceNanos != WaitTimes.NEVER || awaitsAck();
    out.flags(waits);
    if (waits) {
      out.time(sinceNanos, nowNanos);
      out.number(arrivedEnd);
      out.number(newFillerEnd);
      out.number(wantedEnd);
    }
  }

  void read(StateReader in, long nowNanos) {
    if (in.count(1) != 0) {
      sinceNanos = in.time(nowNanos);
      arrivedEnd = in.position();
      newFillerEnd = in.position();
      wantedEnd = in.position();
    }
  }

  /**
   * Starts the timer, unless it is running: a segment filled a gap at {@code nanos}, and original
   * octets up to {@code orgEnd} have arrived without another gap.
   */
  public void startTimer(long orgEnd, long nanos) {
    sinceNanos = Math.min(sinceNanos, nanos);
    arrivedEnd = Math.max(arrivedEnd, orgEnd);
  }

  /** Stops the timer: the octets are acknowledged to the sender. */
  public void stopTimer() {
    sinceNanos = WaitTimes.NEVER;
  }

  /** Since when octets wait for an acknowledgement; {@link WaitTimes#NEVER} if none do. */
  public long sinceNanos() {
    return sinceNanos;
  }

  /** The end of these octets, in original space. */
  public long arrivedEnd() {
    return arrivedEnd;
  }

  /**
   * Takes original octets up to {@code orgEnd} into custody once the receiver acknowledges {@code
   * newEnd}, the end of the segment.
   */
  public void awaitAck(long newEnd, long orgEnd) {
    newFillerEnd = newEnd;
    wantedEnd = orgEnd;
  }

  /** Whether the receiver's acknowledgement of the segment would advance K, once that may be. */
  public boolean awaitsAck() {
    return wantedEnd > edits.custodyEnd();
  }

  /**
   * The end of the octets that go into custody because the receiver has acknowledged the segment; 0
   * if it has not. They may wait for their record.
   */
  public long acknowledgedEnd(long newAcknowledged) {
    return newAcknowledged >= newFillerEnd && awaitsAck() ? wantedEnd : 0;
  }

  /**
   * Advances K if the receiver acknowledged the segment, and all that arrived after it is kept and
   * in a committed record.
   */
  public void onAcknowledged(long newPosition, boolean isKept) {
    boolean mayAdvance = isKept && edits.commit().custodyCommitted() >= wantedEnd;
    if (mayAdvance && newPosition >= newFillerEnd && awaitsAck()) {
      edits.advanceCustody(wantedEnd);
    }
  }
}
