package dev.midstream.modcmd.map;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The position of the FIN of one direction in both streams, and the acknowledgement that covers it.
 *
 * <p>A FIN arrives, is settled when everything before it is decided and nothing more can be
 * inserted, and is released. A FIN of the engine is settled before that of the sender arrives: it
 * takes the place onto which the sender's will be mapped, because only deletions follow. Not
 * thread-safe.
 */
public final class FinMap {
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final OffsetMap map;
  private long orgFin = UNKNOWN;
  private long newFin = UNKNOWN;
  private boolean released;
  private boolean acknowledgedBefore;
  private boolean own;

  /** The FIN of the stream that {@code map} maps; none has arrived. */
  public FinMap(OffsetMap map) {
    this.map = map;
  }

  /**
   * Notes that the sender's FIN lies at {@code orgPosition}.
   *
   * @return false if an earlier FIN had another position; that one is kept
   */
  public boolean arrive(long orgPosition) {
    if (orgFin == UNKNOWN) {
      orgFin = orgPosition;
    }
    return orgFin == orgPosition;
  }

  /**
   * Removes the FIN, because octets beyond it arrived.
   *
   * @return false if the FIN is settled and stays
   */
  public boolean withdraw() {
    if (isSettled() && orgFin <= map.decided()) {
      return false;
    }
    orgFin = UNKNOWN;
    return true;
  }

  /**
   * Ends the new stream here with a FIN of the engine, unless a FIN is settled. All octets that the
   * sender sends from now on must be deleted.
   */
  public void finish() {
    if (!isSettled()) {
      newFin = map.newEnd();
      own = true;
    }
  }

  /** Makes a settled FIN one of the engine, because its sender cannot send it again. */
  public void adopt() {
    known(newFin);
    own = true;
  }

  /** Whether the FIN is one of the engine, which must see to it that it arrives. */
  public boolean isOwn() {
    return own;
  }

  /** Whether a FIN of the engine was sent, and an acknowledgement does not cover it. */
  public boolean isOwed(long newAcknowledged) {
    return own && released && newAcknowledged <= newFin;
  }

  /** Whether the FIN was sent, and an acknowledgement covers it. */
  public boolean isAcknowledgedBy(long newAcknowledged) {
    return released && newAcknowledged > newFinOrEnd();
  }

  /** Whether the sender's FIN has arrived, and everything before it is decided. */
  public boolean isReached() {
    return isKnown() && orgFin <= map.decided();
  }

  /**
   * Settles the FIN if everything before it is decided: its new position is then final.
   *
   * @return whether the FIN is settled
   */
  public boolean settle() {
    if (newFin == UNKNOWN && orgFin == map.decided()) {
      newFin = map.newEnd();
      released |= acknowledgedBefore;
    }
    return isSettled();
  }

  /**
   * Notes that the receiver acknowledged the FIN, which was sent before this stream was seen.
   * Everything before it must be decided, and nothing more can be inserted.
   */
  public void noteAcknowledgedBefore() {
    if (orgFin != map.decided()) {
      throw new IllegalStateException("fin acknowledged before octets were decided");
    }
    acknowledgedBefore = true;
    released |= isSettled();
  }

  /** Notes that the FIN was sent; it must be settled. */
  public void release() {
    if (!isSettled()) {
      throw new IllegalStateException("fin released before it was settled");
    }
    released = true;
  }

  /** Whether the FIN has arrived. */
  public boolean isKnown() {
    return orgFin != UNKNOWN;
  }

  /** Whether the new position of the FIN is final. */
  public boolean isSettled() {
    return newFin != UNKNOWN;
  }

  /** Whether the FIN was sent. */
  public boolean isReleased() {
    return released;
  }

  /** Whether the receiver may acknowledge the FIN. */
  public boolean hasLeft() {
    return released || acknowledgedBefore;
  }

  /** Whether the receiver had acknowledged the FIN before this stream was seen. */
  public boolean isAcknowledgedBefore() {
    return acknowledgedBefore;
  }

  /** Whether the FIN is unsent and may be sent now, after the new position {@code newEnd}. */
  public boolean isPending(long newEnd) {
    return isSettled() && !released && newEnd == newFin;
  }

  /** The original position of the FIN; it must have arrived. */
  public long orgFin() {
    return known(orgFin);
  }

  /** The new position of the FIN; it must be settled. */
  public long newFin() {
    return known(newFin);
  }

  /** The new position after what has left: the FIN, or the octets below {@code newReleased}. */
  public long next(long newReleased) {
    return hasLeft() ? newFinOrEnd() + 1 : newReleased;
  }

  /**
   * Whether an acknowledgement of {@code newPosition} covers unsent octets or an unsent FIN.
   *
   * @param newReleased the end of the octets that were sent
   */
  public boolean refuses(long newPosition, long newReleased) {
    return newPosition > next(newReleased);
  }

  /**
   * As {@link OffsetMap#acknowledgement}; a position beyond a FIN that has left maps to the
   * original position after the FIN, if the sender has sent it.
   */
  public long acknowledgement(long newPosition) {
    return hasLeft() && newPosition > newFinOrEnd() && isReached()
        ? orgFin + 1
        : map.acknowledgement(newPosition);
  }

  /**
   * As {@link OffsetMap#acknowledgementForward}; a position beyond a settled FIN maps to the new
   * position after the FIN.
   */
  public long acknowledgementForward(long orgPosition) {
    return isSettled() && isKnown() && orgPosition > orgFin
        ? newFin + 1
        : map.acknowledgementForward(orgPosition);
  }

  /**
   * Writes a settled FIN, but not whether it has left.
   *
   * @param all whether one of the sender that is not settled is written too, because it has left
   */
  public void writeEssential(StateWriter out, boolean all) {
    boolean fixed = isKnown() && (all || (isSettled() && isReached()));
    out.flags(fixed, isSettled(), acknowledgedBefore, own);
    if (fixed) {
      out.number(orgFin);
    }
    if (isSettled()) {
      out.number(newFin);
    }
  }

  /** Reads what {@link #writeEssential} wrote into this FIN, which must be new. */
  public void readEssential(StateReader in) {
    int flags = in.count(15);
    orgFin = (flags & 1) == 0 ? UNKNOWN : in.position();
    newFin = (flags & 2) == 0 ? UNKNOWN : in.position();
    acknowledgedBefore = (flags & 4) != 0;
    own = (flags & 8) != 0;
  }

  /** Writes where the sender's FIN is, and whether one has left. */
  public void writeRest(StateWriter out) {
    out.flags(isKnown(), released);
    if (isKnown()) {
      out.number(orgFin);
    }
  }

  /** Reads what {@link #writeRest} wrote, after {@link #readEssential}. */
  public void readRest(StateReader in) {
    int flags = in.count(3);
    orgFin = (flags & 1) == 0 ? UNKNOWN : in.position();
    released = (flags & 2) != 0;
  }

  /** The new position of the FIN once it has left. */
  private long newFinOrEnd() {
    return isSettled() ? newFin : map.newEnd();
  }

  private static long known(long position) {
    if (position == UNKNOWN) {
      throw new IllegalStateException("place of the fin is not known yet");
    }
    return position;
  }
}
