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
   */
  /** No segment overtakes others by as much: what comes later was sent after all that passed. */
  private static final long OVERTAKING_NANOS = 3_000_000_000L;

  /** So much may have been released after the last record: the largest window. */
  private static final long LOST_BYTES = 1L << 30;

  private static final int UNHEARD = 2;
  private static final int ENDLESS = 4;
  private static final int LOST = 16;
  private static final int ASKS_FIRST = 32;
  private static final int HEARD = 64;
  private static final int FORGETS = 128;
  private static final int ALL = 255;

  private final Edits edits;
  private final SendWindow window;
  private final InheritedSpan span;
  private final ForgottenOctets forgotten = new ForgottenOctets();
  private final InheritedWindow advertised;
  private long newEnd;
  private boolean unheard;
  private long sinceNanos;
  private long askNanos = WaitTimes.NEVER;
  private long askedSinceNanos;
  private boolean asksAtOnce;
  private long lostEnd;
  private long claimedEnd;
  private long acknowledgedEnd;
  private boolean asksFirst;
  private boolean forgets;

  InheritedOutput(Edits edits, SendWindow window) {
    this.edits = edits;
    this.window = window;
    span = new InheritedSpan(edits, window);
    advertised = new InheritedWindow(window);
  }

  void write(StateWriter out, long nowNanos) {
    boolean endless = newEnd == Long.MAX_VALUE;
    int lost = (lostEnd > 0 ? LOST : 0) | (asksFirst ? ASKS_FIRST : 0) | (forgets ? FORGETS : 0);
    out.number(
        span.flags()
            | (unheard ? UNHEARD : 0)
            | (endless ? ENDLESS : 0)
            | (advertised.isHeard() ? HEARD : 0)
            | lost);
    out.number(endless ? 0 : newEnd);
    advertised.write(out);
    if (span.isOf()) {
      out.time(sinceNanos, nowNanos);
      span.writeHeard(out, nowNanos);
      out.time(askNanos, nowNanos);
      span.writeEnd(out, endless);
    }
    if (lostEnd > 0) {
      out.number(lostEnd);
      out.number(claimedEnd);
      out.number(acknowledgedEnd);
      out.time(sinceNanos, nowNanos);
      out.time(askNanos, nowNanos);
      forgotten.write(out, nowNanos);
    }
    advertised.writeHeard(out);
  }

  void read(StateReader in, long nowNanos) {
    int flags = in.count(ALL);
    askNanos = nowNanos + OVERTAKING_NANOS;
    askedSinceNanos = nowNanos;
    unheard = (flags & UNHEARD) != 0;
    span.readFlags(flags);
    asksFirst = (flags & ASKS_FIRST) != 0;
    forgets = (flags & FORGETS) != 0;
    long leastEnd = (flags & ENDLESS) != 0 ? Long.MAX_VALUE : 0;
    newEnd = Math.max(leastEnd, in.position());
    advertised.read(in);
    if (span.isOf()) {
      sinceNanos = in.time(nowNanos);
      span.readHeard(in, nowNanos);
      askNanos = in.time(nowNanos);
      span.readEnd(in, leastEnd);
    }
    if ((flags & LOST) != 0) {
      lostEnd = in.position();
      claimedEnd = in.position();
      acknowledgedEnd = in.position();
      sinceNanos = in.time(nowNanos);
      askNanos = in.time(nowNanos);
      forgotten.read(in, nowNanos);
    }
    if ((flags & HEARD) != 0) {
      advertised.readHeard(in);
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
   * @param mode what waited for records before; now there may be none that are written
   * @param replaysExactly whether the agent decides the same if its octets come again
   */
  public void begin(long windowBytes, CommitMode mode, boolean replaysExactly, long nowNanos) {
    FinMap fin = edits.fin();
    unheard = true;
    long orgFrom = Math.max(edits.map().decided(), edits.custodyEnd());
    span.begin();
    sinceNanos = nowNanos;
    if (span.isOf()) {
      long orgEnd = edits.opaque().end();
      orgFrom = edits.opaque().isEndless() ? orgFrom : orgEnd;
      newEnd = edits.opaque().isEndless() ? Long.MAX_VALUE : edits.map().before(orgEnd);
    } else {
      newEnd = fin.isSettled() ? fin.newFin() + 1 : edits.map().newEnd();
    }
    advertised.begin(windowBytes, orgFrom + windowBytes);
    boolean isLimited = !mode.writesRecords() || mode.delaysOctets();
    boolean mayLack = !isLimited && !fin.isSettled() && newEnd < Long.MAX_VALUE;
    lostEnd = mayLack ? newEnd + LOST_BYTES : 0;
    asksFirst = mayLack && !replaysExactly;
    forgets = mode.writesRecords() && !mode.delaysAcknowledgements();
    askNanos = nowNanos + OVERTAKING_NANOS;
    askedSinceNanos = nowNanos;
    asksAtOnce = true;
  }

  /**
   * Notes that the receiver has octets up to {@code newPosition}. What it has beyond the output
   * here must come again from its sender, because the decisions of the engine before are lost.
   *
   * @return the end of those that this engine knows
   */
  public long noteReceived(long newPosition) {
    if (newPosition > lostEnd) {
      return newPosition;
    }
    long known = knownEnd();
    if (newPosition <= known) {
      return newPosition;
    }
    claimedEnd = Math.max(claimedEnd, newPosition);
    lostEnd = Math.max(lostEnd, claimedEnd + advertised.largestBytes());
    return known;
  }

  private long knownEnd() {
    boolean ended = edits.fin().isReleased() || mayFinHaveLeft();
    return ended ? edits.fin().newFin() + 1 : edits.map().newEnd();
  }

  /**
   * Whether the engine before may have let the FIN leave: only if it was recorded. No receiver has
   * one that came later, whatever it acknowledges.
   */
  private boolean mayFinHaveLeft() {
    return edits.fin().isSettled() && !span.isOf() && newEnd > edits.fin().newFin();
  }

  /** The same for {@code newPosition} that it acknowledges. */
  long noteAcknowledged(long newPosition) {
    long known = noteReceived(newPosition);
    if (known < newPosition) {
      acknowledgedEnd = Math.max(acknowledgedEnd, newPosition);
    }
    return known;
  }

  /** The end of the output that was acknowledged before it was decided here; 0 without any. */
  long acknowledgedBefore() {
    return Math.min(acknowledgedEnd, knownEnd());
  }

  /**
   * Whether the receiver has octets that the engine before decided and this one did not, because
   * their records are lost.
   */
  public boolean isDecisionLost() {
    return claimedEnd > 0 && claimedEnd > knownEnd();
  }

  /** The end of what the receiver has, if decisions about that are lost; else 0. */
  long claimedEnd() {
    return isDecisionLost() ? claimedEnd : 0;
  }

  /** What the sender may have forgotten. */
  public ForgottenOctets forgotten() {
    return forgotten;
  }

  /** Begins the time for a sender that may have forgotten lost octets after {@code orgHeldEnd}. */
  public void updateForgotten(long orgHeldEnd, long nowNanos) {
    forgotten.update(orgHeldEnd, mayBeForgotten(), isDecisionLost(), nowNanos);
  }

  /** Whether the sender may have forgotten octets that the receiver has, or may have. */
  public boolean mayBeForgotten() {
    return forgets && (isDecisionLost() || (unheard && lostEnd > 0));
  }

  /** When the sender is taken to have forgotten what is lost; {@link WaitTimes#NEVER} if not. */
  public long forgottenNanos() {
    return mayBeForgotten() ? forgotten.nanos() : WaitTimes.NEVER;
  }

  /** Whether the agent may decide otherwise than before what the receiver already has. */
  public boolean isReplayUnsafe() {
    return asksFirst && isDecisionLost();
  }

  /**
   * Whether the agent must not decide yet, because it may decide otherwise than before, and the
   * receiver has not said what it has.
   */
  public boolean isReplayEarly() {
    return asksFirst && unheard;
  }

  /** Whether the receiver may have got octets, or a FIN, that it has not acknowledged here. */
  public boolean isOpen() {
    return end() > window.acknowledged();
  }

  private long end() {
    if (!span.isOf()) {
      return newEnd;
    }
    return edits.fin().isSettled()
        ? edits.fin().newFin()
        : Math.min(newEnd, CommitLimit.numberedEnd(edits, edits.map().decided()));
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
    return endless ? Long.MAX_VALUE - 1 : advertised.orgEdge();
  }

  /**
   * The right edge up to which the engine before this one may have advertised more than the
   * receiver's window: where it took custody, octets are dropped, or the field was rounded up.
   */
  public long orgPromisedEdge() {
    boolean mayExceed = edits.custodyEnd() > 0 || edits.dropped().end() > 0;
    return mayExceed ? orgEdge() : Math.min(orgEdge(), advertised.orgRoundedEdge());
  }

  /**
   * Notes an acceptable segment of the receiver, which arrived at {@code nowNanos}. What it
   * acknowledges was noted before: {@code newPosition} of it is known here.
   */
  void noteHeard(long newPosition, long nowNanos) {
    advertised.noteHeard(newPosition, unheard || !isLate(sinceNanos, nowNanos));
    if (unheard) {
      unheard = false;
      lostEnd = lostEnd > 0 ? Math.max(newEnd, claimedEnd) + advertised.largestBytes() : 0;
      span.noteHeard(nowNanos);
      askNanos = nowNanos + OVERTAKING_NANOS;
    }
    span.noteReceiver(isLate(sinceNanos, nowNanos));
    notePassed();
  }

  /** Whether opaque octets may have passed beyond D: nothing may be put in there. */
  public boolean isOpenSpan() {
    return span.isOpen();
  }

  /** Whether octets below {@code newPosition} may have left, as far as they are known here. */
  boolean mayHavePassed(long newPosition) {
    return isOpen() || newPosition <= lostEnd;
  }

  /** The position after all that is known here and may have left, a FIN included. */
  public long lastNext() {
    return edits.fin().isSettled() ? edits.fin().newFin() + 1 : end();
  }

  /** Whether the receiver may acknowledge {@code newPosition}. */
  boolean reaches(long newPosition) {
    return newPosition <= Math.max(end(), lostEnd);
  }

  /** Whether it is not known what of the output the receiver has, or how it was decided. */
  public boolean isUnknown() {
    return isOpenSpan() || isReplayEarly() || isReplayUnsafe();
  }

  /**
   * Notes that everything before {@code newPosition} has left: what of it was opaque has passed.
   *
   * @return the end of what is decided of it
   */
  long passTo(long newPosition) {
    if (isOpenSpan()) {
      span.noteLeft(newPosition);
    }
    if (mayFinHaveLeft() && newPosition > edits.fin().newFin()) {
      edits.releaseFin();
    }
    return Math.min(newPosition, edits.map().newEnd());
  }

  /**
   * Notes that the next number of the sender is {@code orgPosition}, as an empty segment says that
   * arrived at {@code nowNanos}.
   */
  void noteNext(long orgPosition, long nowNanos) {
    if (isOpenSpan() && !unheard) {
      span.noteNext(orgPosition, nowNanos);
      notePassed();
    }
  }

  /** Whether a segment that arrives now was sent after all that had passed at {@code thenNanos}. */
  static boolean isLate(long thenNanos, long nowNanos) {
    return nowNanos - thenNanos >= OVERTAKING_NANOS;
  }

  /** Ends the search for D if both ends have said what may have passed, and D lies there. */
  private void notePassed() {
    if (span.endIfTold()) {
      newEnd = edits.map().newEnd();
      advertised.setOrgEdge(edits.map().decided() + advertised.largestBytes());
    }
  }

  /**
   * When both ends are to be asked for their numbers; {@link WaitTimes#NEVER} if they are not.
   *
   * @param isNeeded whether they are asked although it is known what may have left
   * @param isAtOnce whether they are asked at once the first time, as long as the receiver is
   *     unheard
   */
  public long askDueNanos(boolean isNeeded, boolean isAtOnce) {
    if (isAtOnce && asksAtOnce && unheard) {
      return sinceNanos;
    }
    return isNeeded || isUnknown() ? askNanos : WaitTimes.NEVER;
  }

  /**
   * Notes that both ends were asked at {@code nowNanos}. They are asked again, more seldom after
   * R2: octets wait for their answers, as at a closed window (RFC 9293 section 3.8.6.1).
   */
  public void noteAsked(long nowNanos) {
    asksAtOnce = false;
    if (nowNanos - askNanos >= OVERTAKING_NANOS) {
      askedSinceNanos = nowNanos; // there was no need to ask before
    }
    boolean isLong = nowNanos - askedSinceNanos >= WaitTimes.GIVE_UP_NANOS;
    askNanos = nowNanos + (isLong ? WaitTimes.GIVE_UP_NANOS : OVERTAKING_NANOS);
  }
}
