package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The output of a direction of which only the essential state was known when this engine took over:
 * the engine before may have released it, and it is not known how far. The receiver's
 * acknowledgements show it, and are believed up to its end. Derived state.
 */
public final class InheritedOutput {
  /*
   *  new        ... A ..... rel ........ N ..................... end
   *                         may have left  opaque, may have passed
   *
   * In an opaque span D is a lower bound: octets that pass are not recorded. Nothing may be put in
   * there before D is known, because it would move octets that have left. D is at most the next
   * number of the sender, which it tells in each empty segment. A keep-alive has one less, but then
   * the receiver has everything, and says so. D is known when it has reached that number: the last
   * one before it may be that of a FIN that was lost before it came here. A window that shrank
   * limits the number: the sender may have been shown less than the receiver's window while the
   * receiver was not heard. What the sender sent beyond the receiver's right edge has not passed.
   */
  /** No segment overtakes others by as much: what comes later was sent after all that passed. */
  private static final long OVERTAKING_NANOS = 3_000_000_000L;

  private static final long UNKNOWN = -1;

  private final Edits edits;
  private final SendWindow window;
  private long newEnd;
  private boolean ofSpan;
  private long spanEnd;
  private boolean unheard;
  private long sinceNanos;
  private long heardNanos = WaitTimes.NEVER;
  private long askNanos = WaitTimes.NEVER;
  private long senderNext = UNKNOWN;
  private boolean receiverCurrent;
  private long largestWindowBytes;
  private long orgEdge;

  InheritedOutput(Edits edits, SendWindow window) {
    this.edits = edits;
    this.window = window;
  }

  void write(StateWriter out, long nowNanos) {
    out.flags(ofSpan, unheard, newEnd == Long.MAX_VALUE, receiverCurrent);
    out.number(newEnd == Long.MAX_VALUE ? 0 : newEnd);
    out.number(largestWindowBytes);
    out.number(orgEdge);
    if (ofSpan) {
      out.time(sinceNanos, nowNanos);
      out.time(heardNanos, nowNanos);
      out.time(askNanos, nowNanos);
      out.number(senderNext + 1);
      out.number(newEnd == Long.MAX_VALUE ? 0 : spanEnd);
    }
  }

  void read(StateReader in, long nowNanos) {
    int flags = in.count(15);
    receiverCurrent = (flags & 8) != 0;
    ofSpan = (flags & 1) != 0;
    unheard = (flags & 2) != 0;
    long end = in.position();
    newEnd = (flags & 4) != 0 ? Long.MAX_VALUE : end;
    largestWindowBytes = in.position();
    orgEdge = in.position();
    if (ofSpan) {
      sinceNanos = in.time(nowNanos);
      heardNanos = in.time(nowNanos);
      askNanos = in.time(nowNanos);
      senderNext = in.position() - 1;
      long last = in.position();
      spanEnd = newEnd == Long.MAX_VALUE ? Long.MAX_VALUE : last;
    }
  }

  /** Notes that the receiver was not heard since another engine knew it. */
  public void beginUnheard() {
    unheard = true;
  }

  /**
   * This engine takes over at {@code nowNanos}. Everything that is decided may have left, and so
   * may the octets of an opaque span.
   *
   * @param windowBytes the largest window that the receiver can show
   */
  public void begin(long windowBytes, long nowNanos) {
    FinMap fin = edits.fin();
    unheard = true;
    largestWindowBytes = windowBytes;
    orgEdge = Math.max(edits.map().decided(), edits.custodyEnd()) + windowBytes;
    ofSpan = edits.opaque().isOpen() && !fin.isSettled();
    if (ofSpan) {
      long orgEnd = edits.opaque().end();
      orgEdge = edits.opaque().isEndless() ? orgEdge : orgEnd + windowBytes;
      newEnd = edits.opaque().isEndless() ? Long.MAX_VALUE : edits.map().before(orgEnd);
      spanEnd = orgEnd;
      sinceNanos = nowNanos;
      askNanos = nowNanos + OVERTAKING_NANOS;
    } else {
      newEnd = fin.isSettled() ? fin.newFin() + 1 : edits.map().newEnd();
    }
  }

  /** Whether the receiver may have got octets, or a FIN, that it has not acknowledged here. */
  public boolean isOpen() {
    return end() > window.acknowledged();
  }

  private long end() {
    boolean ended = ofSpan && edits.fin().isSettled();
    return ended ? edits.fin().newFin() + 1 : newEnd;
  }

  /**
   * Whether the receiver was not heard since another engine knew it. An acknowledgement in its name
   * would show too small a window.
   */
  public boolean isUnheard() {
    return unheard;
  }

  /**
   * Whether more may have been advertised to the sender than is known here: the receiver was not
   * heard, or has not acknowledged what may have left.
   */
  public boolean isWindowUnknown() {
    return unheard || isOpen();
  }

  /**
   * The right edge that the engine before this one may have advertised to the sender. It is not
   * known, and holds on: the sender may have sent as much.
   */
  public long orgEdge() {
    boolean endless = isOpenSpan() && edits.opaque().isEndless();
    return endless ? Long.MAX_VALUE - 1 : orgEdge;
  }

  /**
   * The right edge up to which the engine before this one may have advertised more than the
   * receiver's window: where it took custody, or octets are dropped.
   */
  public long orgPromisedEdge() {
    boolean mayExceed = edits.custodyEnd() > 0 || edits.dropped().end() > 0;
    return mayExceed ? orgEdge() : 0;
  }

  /**
   * Notes an acceptable segment of the receiver, which arrived at {@code nowNanos}. What it
   * acknowledges was noted before.
   */
  void noteHeard(long nowNanos) {
    if (unheard) {
      unheard = false;
      heardNanos = nowNanos;
      askNanos = nowNanos + OVERTAKING_NANOS;
    }
    receiverCurrent |= isOpenSpan() && isLate(sinceNanos, nowNanos);
    notePassed();
  }

  /**
   * Whether opaque octets may have passed beyond D, which is then a lower bound. Nothing may be put
   * in there. In a later span D is known.
   */
  public boolean isOpenSpan() {
    boolean isOver = edits.map().decided() >= spanEnd;
    return ofSpan && !isOver && edits.opaque().isOpen() && !edits.fin().isSettled();
  }

  /** Whether the receiver may acknowledge {@code newPosition}. */
  boolean reaches(long newPosition) {
    return newPosition <= end();
  }

  /**
   * Notes that everything before {@code newPosition} has left: what of it was opaque has passed.
   *
   * @return the end of what is decided of it
   */
  long passTo(long newPosition) {
    if (isOpenSpan()) {
      skipTo(orgOf(newPosition));
    }
    if (edits.fin().isSettled() && newPosition > edits.fin().newFin()) {
      edits.releaseFin();
    }
    return Math.min(newPosition, edits.map().newEnd());
  }

  /**
   * Notes that the next number of the sender is {@code orgPosition}, as an empty segment says that
   * arrived at {@code nowNanos}.
   */
  void noteNext(long orgPosition, long nowNanos) {
    if (isOpenSpan() && !unheard && isLate(heardNanos, nowNanos)) {
      senderNext = senderNext == UNKNOWN ? orgPosition : senderNext;
      notePassed();
    }
  }

  /** Whether a segment that arrives now was sent after all that had passed at {@code thenNanos}. */
  private static boolean isLate(long thenNanos, long nowNanos) {
    return nowNanos - thenNanos >= OVERTAKING_NANOS;
  }

  /** Ends the search for D if both ends have said what may have passed, and D lies there. */
  private void notePassed() {
    boolean isTold = isOpenSpan() && receiverCurrent && senderNext != UNKNOWN;
    if (isTold && edits.map().decided() >= Math.min(senderNext, orgOf(window.furthestEdge()))) {
      newEnd = edits.map().newEnd();
      orgEdge = edits.map().decided() + largestWindowBytes;
      ofSpan = false;
    }
  }

  /** The position in the opaque span that leaves as {@code newPosition}. */
  private long orgOf(long newPosition) {
    return edits.map().decided() + newPosition - edits.map().newEnd();
  }

  private void skipTo(long orgPosition) {
    edits.opaque().skipTo(Math.min(orgPosition, edits.opaque().end()));
  }

  /** When both ends are to be asked for their numbers; {@link WaitTimes#NEVER} if they are not. */
  public long askDueNanos() {
    return isOpenSpan() ? askNanos : WaitTimes.NEVER;
  }

  /** Notes that both ends were asked at {@code nowNanos}. They are asked again, for R2 at most. */
  public void noteAsked(long nowNanos) {
    boolean goesOn = nowNanos - sinceNanos < WaitTimes.GIVE_UP_NANOS;
    askNanos = goesOn ? nowNanos + OVERTAKING_NANOS : WaitTimes.NEVER;
  }
}
