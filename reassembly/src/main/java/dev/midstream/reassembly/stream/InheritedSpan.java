package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The opaque span of one direction that was open when this engine took over: octets of it may have
 * passed beyond D, which is then a lower bound, because octets that pass are not recorded. Derived
 * state.
 */
final class InheritedSpan {
  /*
   * Nothing may be put in at D before it is known, because it would move octets that have left. D is
   * at most the next number of the sender, which it tells in each empty segment. A keep-alive has
   * one less, but then the receiver has everything, and says so. D is known when it has reached that
   * number: the last one before it may be that of a FIN that was lost before it came here. A window
   * that shrank limits the number: the sender may have been shown less than it before the receiver
   * was heard. What it sent beyond the receiver's right edge has not passed.
   *
   * A FIN leaves once it is recorded, so the receiver acknowledges none here.
   */
  private static final long UNKNOWN = -1;

  private static final int OF_SPAN = 1;
  private static final int RECEIVER_CURRENT = 8;

  private final Edits edits;
  private final SendWindow window;
  private boolean of;
  private long end;
  private long heardNanos = WaitTimes.NEVER;
  private long senderNext = UNKNOWN;
  private boolean receiverCurrent;

  InheritedSpan(Edits edits, SendWindow window) {
    this.edits = edits;
    this.window = window;
  }

  void writeHeard(StateWriter out, long nowNanos) {
    out.time(heardNanos, nowNanos);
  }

  void writeEnd(StateWriter out, boolean isEndless) {
    out.number(senderNext + 1);
    out.number(isEndless ? 0 : end);
  }

  void readHeard(StateReader in, long nowNanos) {
    heardNanos = in.time(nowNanos);
  }

  void readEnd(StateReader in, long leastEnd) {
    senderNext = in.position() - 1;
    end = Math.max(leastEnd, in.position());
  }

  /** Its part of the flags that {@link InheritedOutput} writes. */
  int flags() {
    return (of ? OF_SPAN : 0) | (receiverCurrent ? RECEIVER_CURRENT : 0);
  }

  void readFlags(int flags) {
    of = (flags & OF_SPAN) != 0;
    receiverCurrent = (flags & RECEIVER_CURRENT) != 0;
  }

  /** Begins with the span that is open, if there is one. */
  void begin() {
    of = edits.opaque().isOpen() && !edits.fin().isSettled();
    end = of ? edits.opaque().end() : 0;
  }

  /** Whether there was one, and it is not known what of it has passed. */
  boolean isOf() {
    return of;
  }

  /** Whether octets of it may have passed beyond D. In a later span D is known. */
  boolean isOpen() {
    return of && edits.map().decided() < end && edits.opaque().isOpen() && !edits.fin().isSettled();
  }

  /** Notes that the receiver is heard from {@code nowNanos} on. */
  void noteHeard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /**
   * Notes what the receiver says.
   *
   * @param isCurrent whether it said that after all that had passed at the takeover
   */
  void noteReceiver(boolean isCurrent) {
    receiverCurrent |= isCurrent && isOpen();
  }

  /**
   * Notes the next number of the sender, which it told at {@code nowNanos}, after the receiver. One
   * below D is old, or made up; a keep-alive is one lower.
   */
  void noteNext(long orgPosition, long nowNanos) {
    boolean isPossible = orgPosition >= edits.map().decided() - 1;
    if (isPossible && senderNext == UNKNOWN && InheritedOutput.isLate(heardNanos, nowNanos)) {
      senderNext = orgPosition;
    }
  }

  /** Notes that everything before {@code newPosition} has left. */
  void noteLeft(long newPosition) {
    edits.opaque().skipTo(Math.min(orgOf(newPosition), edits.opaque().end()));
  }

  /**
   * Ends the search for D if both ends have said what may have passed, and D lies there.
   *
   * @return whether it ends
   */
  boolean endIfTold() {
    if (!isOpen() || !receiverCurrent || senderNext == UNKNOWN) {
      return false;
    }
    long next = Math.min(senderNext, orgOf(window.furthestEdge()));
    of = edits.map().decided() < next;
    return !of;
  }

  /** The position in the span that leaves as {@code newPosition}. */
  private long orgOf(long newPosition) {
    return edits.map().decided() + newPosition - edits.map().newEnd();
  }
}
