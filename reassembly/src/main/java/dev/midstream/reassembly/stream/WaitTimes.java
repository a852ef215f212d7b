package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Since when one direction waits: for more of what is held, for its acknowledgement, for room of
 * the receiver, or for a gap to be filled. Derived state.
 */
public final class WaitTimes {
  /** The time when nothing waits. */
  public static final long NEVER = Long.MAX_VALUE;

  /** R2 (RFC 1122 section 4.2.3.5): after this time without progress an end gives up. */
  public static final long GIVE_UP_NANOS = 100_000_000_000L;

  private long heldSinceNanos = NEVER;
  private long unansweredSinceNanos = NEVER;
  private long beyondSinceNanos = NEVER;
  private long gapSinceNanos = NEVER;
  private long silentSinceNanos = NEVER;
  private long unheardSinceNanos = NEVER;
  private long noRoomSinceNanos = NEVER;
  private long finFirstNanos = NEVER;
  private long finSinceNanos = NEVER;

  /** Whether a gap is open only for octets that were forgotten with it before. */
  private boolean gapReopened;

  /** The end of the octets that were refused and have not come again; 0 if there are none. */
  private long refusedEnd;

  void write(StateWriter out, long nowNanos) {
    out.flags(isWaiting(), refusedEnd != 0, gapReopened);
    if (refusedEnd != 0) {
      out.number(refusedEnd);
    }
    if (isWaiting()) {
      out.time(heldSinceNanos, nowNanos);
      out.time(unansweredSinceNanos, nowNanos);
      out.time(beyondSinceNanos, nowNanos);
      out.time(gapSinceNanos, nowNanos);
      out.time(silentSinceNanos, nowNanos);
      out.time(unheardSinceNanos, nowNanos);
      out.time(noRoomSinceNanos, nowNanos);
      out.time(finFirstNanos, nowNanos);
      out.time(finSinceNanos, nowNanos);
    }
  }

  void read(StateReader in, long nowNanos) {
    int flags = in.count(7);
    refusedEnd = (flags & 2) != 0 ? in.position() : 0;
    gapReopened = (flags & 4) != 0;
    if ((flags & 1) != 0) {
      heldSinceNanos = in.time(nowNanos);
      unansweredSinceNanos = in.time(nowNanos);
      beyondSinceNanos = in.time(nowNanos);
      gapSinceNanos = in.time(nowNanos);
      silentSinceNanos = in.time(nowNanos);
      unheardSinceNanos = in.time(nowNanos);
      noRoomSinceNanos = in.time(nowNanos);
      finFirstNanos = in.time(nowNanos);
      finSinceNanos = in.time(nowNanos);
    }
  }

  private boolean isWaiting() {
    long held = Math.min(heldSinceNanos, Math.min(unansweredSinceNanos, silentSinceNanos));
    long gap = Math.min(gapSinceNanos, Math.min(beyondSinceNanos, unheardSinceNanos));
    return Math.min(Math.min(held, gap), Math.min(noRoomSinceNanos, finFirstNanos)) != NEVER;
  }

  /**
   * Sets since when octets are held and nothing arrives; {@link #NEVER} if nothing is held. The
   * oldest of them wait for their acknowledgement since then, or longer.
   */
  public void setHeldSince(long nanos) {
    heldSinceNanos = nanos;
    unansweredSinceNanos = nanos == NEVER ? NEVER : Math.min(unansweredSinceNanos, nanos);
    noRoomSinceNanos = NEVER;
  }

  /** Octets up to {@code end} came at {@code nanos}: silence begins again. */
  public void noteArrival(long end, long nanos) {
    setHeldSince(nanos);
    if (end >= refusedEnd) {
      refusedEnd = 0;
    }
  }

  /**
   * Notes that what was held before {@code nanos} is decided or acknowledged; has no effect if
   * nothing is held.
   */
  public void restartUnanswered(long nanos) {
    unansweredSinceNanos = heldSinceNanos == NEVER ? NEVER : nanos;
  }

  /** Since when the oldest octets wait that are held and not acknowledged, or earlier. */
  public long unansweredSinceNanos() {
    return unansweredSinceNanos;
  }

  /** Octets beyond the receiver's edge came at {@code nanos}, or others of them before. */
  public void noteBeyond(long nanos) {
    beyondSinceNanos = Math.min(beyondSinceNanos, nanos);
  }

  /** No octets that came beyond the receiver's edge wait for it any more. */
  public void clearBeyond() {
    beyondSinceNanos = NEVER;
  }

  /** Since when octets wait that came beyond the receiver's edge, or earlier. */
  public long beyondSinceNanos() {
    return beyondSinceNanos;
  }

  /**
   * Notes that what follows the held octets was refused up to {@code end}: silence shows nothing
   * until all of it comes.
   */
  public void noteNextRefused(long end) {
    refusedEnd = Math.max(refusedEnd, end);
  }

  /** What follows the held octets found no room at {@code nanos}, or before. */
  public void noteNoRoom(long nanos) {
    noRoomSinceNanos = Math.min(noRoomSinceNanos, nanos);
  }

  /** What follows the held octets finds room, or it is the receiver that keeps it. */
  public void clearNoRoom() {
    noRoomSinceNanos = NEVER;
  }

  /** Since when what follows the held octets finds no room; {@link #NEVER} if it does. */
  public long noRoomSinceNanos() {
    return noRoomSinceNanos;
  }

  /** Whether what follows the held octets, which end at {@code heldEnd}, was refused. */
  public boolean isNextRefused(long heldEnd) {
    return refusedEnd > heldEnd;
  }

  /**
   * Notes whether the sender, which could send more octets after the held ones, is silent now.
   * Otherwise something keeps octets out, so that silence begins later.
   */
  public void noteSilence(boolean isSilent, long nowNanos) {
    if (!isSilent) {
      silentSinceNanos = NEVER;
    } else if (silentSinceNanos == NEVER) {
      silentSinceNanos = nowNanos;
    }
  }

  /** Since when the sender has been silent after the held octets; {@link #NEVER} if it is not. */
  public long silentSinceNanos() {
    return silentSinceNanos == NEVER ? NEVER : Math.max(silentSinceNanos, heldSinceNanos);
  }

  /**
   * The next octets up to {@code end} were refused at {@code nanos}, or before, because no receiver
   * was heard.
   */
  public void noteUnheard(long end, long nanos) {
    noteNextRefused(end);
    unheardSinceNanos = Math.min(unheardSinceNanos, nanos);
  }

  /** Since when octets are refused because no receiver was heard. */
  public long unheardSinceNanos() {
    return unheardSinceNanos;
  }

  /**
   * The sender's FIN is awaited since {@code nanos}, or since before: the engine has sent one in
   * its place.
   */
  public void awaitFin(long nanos) {
    finFirstNanos = Math.min(finFirstNanos, nanos);
    finSinceNanos = finSinceNanos == NEVER ? nanos : finSinceNanos;
  }

  /** The sender's FIN is not awaited any more, or is awaited anew. */
  public void clearFin() {
    finFirstNanos = NEVER;
    finSinceNanos = NEVER;
  }

  /** The time begins again at {@code nanos}; has no effect if the sender's FIN is not awaited. */
  public void restartFin(long nanos) {
    finSinceNanos = finSinceNanos == NEVER ? NEVER : nanos;
  }

  /** Since when the sender's FIN is awaited; {@link #NEVER} if it is not. */
  public long finFirstNanos() {
    return finFirstNanos;
  }

  /** When the time in which the sender's FIN is to come began, or began again. */
  public long finSinceNanos() {
    return finSinceNanos;
  }

  /** Since when octets are held and nothing arrives. */
  public long heldSinceNanos() {
    return heldSinceNanos;
  }

  /** A gap is open since {@code nanos}, or since before if it was open already. */
  public void noteGap(long nanos) {
    gapSinceNanos = Math.min(gapSinceNanos, nanos);
    gapReopened = false;
  }

  /**
   * At {@code nanos} a part of the gap was filled, or the first octets after it were kept; has no
   * effect if none is open.
   */
  public void restartGap(long nanos) {
    gapSinceNanos = gapSinceNanos == NEVER || gapReopened ? gapSinceNanos : nanos;
  }

  /**
   * Opens the gap again at {@code nanos}, if it is not open.
   *
   * @param forgotten whether all octets after it were forgotten with it
   */
  public void openGapAgain(long nanos, boolean forgotten) {
    gapReopened |= gapSinceNanos == NEVER && forgotten;
    gapSinceNanos = Math.min(gapSinceNanos, nanos);
  }

  /** Whether a gap is open, and nothing came after it since it was opened again. */
  boolean isGapReopened() {
    return gapReopened;
  }

  /** The gap is closed. */
  public void clearGap() {
    gapReopened = false;
    gapSinceNanos = NEVER;
  }

  /** Since when a gap is open, or since {@link #restartGap}. */
  public long gapSinceNanos() {
    return gapSinceNanos;
  }

  /** {@code since} plus {@code delayNanos}; {@link #NEVER} stays {@link #NEVER}. */
  public static long after(long since, long delayNanos) {
    return since == NEVER ? NEVER : since + delayNanos;
  }
}
