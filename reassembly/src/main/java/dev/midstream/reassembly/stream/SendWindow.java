package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The acknowledgement and the advertised window of the receiver of one direction (SND.UNA, SND.WND,
 * SND.WL1 and SND.WL2 of RFC 9293). Derived state: a lower bound, corrected by the next segment.
 */
public final class SendWindow {
  private long acknowledged;
  private long orgAcknowledged;
  private long largestWindowBytes;
  private long rightEdge;
  private long furthestEdge;
  private long windowStart = Long.MIN_VALUE;
  private long windowAcknowledged;
  private long pickedUpPosition;
  private long droppedBelow;
  private boolean pickedUpHeard;
  private boolean edgeKnown;

  /** Writes where a picked-up stream begins, and what was dropped of it. */
  void writeEssential(StateWriter out) {
    out.flags(pickedUpHeard, pickedUpPosition != 0, droppedBelow != 0);
    if (pickedUpPosition != 0) {
      out.signed(pickedUpPosition);
    }
    if (droppedBelow != 0) {
      out.number(droppedBelow);
    }
  }

  void readEssential(StateReader in) {
    int flags = in.count(7);
    pickedUpHeard = (flags & 1) != 0;
    pickedUpPosition = (flags & 2) != 0 ? in.signed() : 0;
    droppedBelow = (flags & 4) != 0 ? in.position() : 0;
  }

  void writeRest(StateWriter out) {
    out.number(acknowledged);
    out.number(orgAcknowledged);
    out.number(largestWindowBytes);
    out.signed(rightEdge - acknowledged);
    out.number(furthestEdge);
    out.flags(edgeKnown, windowStart != Long.MIN_VALUE);
    if (windowStart != Long.MIN_VALUE) {
      out.signed(windowStart);
    }
    out.signed(windowAcknowledged - acknowledged);
  }

  void readRest(StateReader in) {
    acknowledged = in.position();
    orgAcknowledged = in.position();
    largestWindowBytes = in.position();
    rightEdge = acknowledged + in.signed();
    furthestEdge = in.position();
    int flags = in.count(3);
    edgeKnown = (flags & 1) != 0;
    windowStart = (flags & 2) != 0 ? in.signed() : Long.MIN_VALUE;
    windowAcknowledged = acknowledged + in.signed();
  }

  /** Advances A and returns whether it moved; it never decreases. */
  public boolean acknowledgeTo(long newPosition) {
    if (newPosition <= acknowledged) {
      return false;
    }
    acknowledged = newPosition;
    return true;
  }

  /** A: the highest acknowledgement of the receiver, in new space. */
  public long acknowledged() {
    return acknowledged;
  }

  /**
   * Takes the acknowledgement of the receiver of a picked-up stream. Below 0 it lacks octets that
   * were sent before and are not mapped.
   */
  public void notePickedUp(long position) {
    pickedUpPosition = Math.min(0, position);
    pickedUpHeard = true;
  }

  /** Whether the receiver of a picked-up stream was heard. */
  public boolean isPickedUpHeard() {
    return pickedUpHeard;
  }

  /**
   * The receiver's acknowledgement relative to the start of a picked-up stream; 0 or less. It is
   * derived: every acknowledgement sets it again until one lies beyond 0.
   */
  public long pickedUpPosition() {
    return pickedUpPosition;
  }

  /** Notes that first copies below {@code newPosition} were dropped: this receiver is not heard. */
  void noteDropped(long newPosition) {
    droppedBelow = Math.max(droppedBelow, newPosition);
  }

  /**
   * The end of the first copies that were dropped for room, although their receiver may lack them.
   * It says no more of acknowledgements. What its sender repeats of them may be something else than
   * what was decided, so it never leaves again.
   */
  public long droppedBelow() {
    return droppedBelow;
  }

  /** Takes an acknowledgement of a recorded receiver, which counts in original space. */
  public void noteRecordedAck(long orgPosition) {
    orgAcknowledged = Math.max(orgAcknowledged, orgPosition);
  }

  /** The highest acknowledgement of a recorded receiver, in original space. */
  public long orgAcknowledged() {
    return orgAcknowledged;
  }

  /** Takes an advertised window, in octets. */
  public void noteWindow(long bytes) {
    largestWindowBytes = Math.max(largestWindowBytes, bytes);
  }

  /** The largest window that the receiver ever advertised, in octets. */
  public long largestWindowBytes() {
    return largestWindowBytes;
  }

  /**
   * Updates R from a segment of the receiver that starts at {@code start} of its own stream and
   * acknowledges {@code newAck}. An older segment can only raise R (RFC 9293 section 3.10.7.4,
   * SND.WL1 and SND.WL2).
   */
  public void update(long start, long newAck, long bytes) {
    boolean newest = start > windowStart || (start == windowStart && newAck >= windowAcknowledged);
    if (newest) {
      windowStart = start;
      windowAcknowledged = newAck;
      rightEdge = newAck + bytes;
    } else {
      rightEdge = Math.max(rightEdge, newAck + bytes);
    }
    furthestEdge = Math.max(furthestEdge, rightEdge);
  }

  /** Notes that octets up to {@code newEnd} may be in R: one may be the probe of a full window. */
  public void noteProbe(long newEnd) {
    furthestEdge = Math.max(furthestEdge, newEnd);
  }

  /** The window that the receiver advertised last, in octets; 0 or more. */
  public long lastWindowBytes() {
    return Math.max(0, rightEdge - windowAcknowledged);
  }

  /** Sets R from the window of a handshake. */
  public void setRightEdge(long newPosition) {
    rightEdge = newPosition;
    furthestEdge = Math.max(furthestEdge, newPosition);
    edgeKnown = true;
  }

  /** Whether R is known. In a recording, and without a handshake's window scale, it is not. */
  public boolean isRightEdgeKnown() {
    return edgeKnown;
  }

  /** The furthest that R ever was, or that a probe went beyond it. */
  public long furthestEdge() {
    return furthestEdge;
  }

  /** R: the receiver's right edge, in new space. */
  public long rightEdge() {
    return rightEdge;
  }
}
