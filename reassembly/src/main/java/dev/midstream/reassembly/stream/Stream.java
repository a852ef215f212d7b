package dev.midstream.reassembly.stream;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryAccount;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetSlice;
import io.netty.buffer.ByteBufAllocator;

/**
 * One direction of an inspected connection: a transmission control block between its two ends.
 * {@link Edits} says which of its state is essential.
 */
public final class Stream {
  /*
   *  original   ...... D ............... held ...... gap ...... delayed
   *             decided   undecided            not here yet
   *
   *  new        ... A ............ rel ........... N
   *             acknowledged  released    waits for the window
   *
   * While a span is opaque nothing is undecided.
   */
  private final long firstCopyBytes;
  private final Edits edits;
  private final SenderSide sender;
  private final ReceiverSide receiver;
  private final SenderHeaders headers = new SenderHeaders();
  private final StreamMemory memory;

  /**
   * A direction of which only the SYN was seen.
   *
   * @param initialSequence the sender's initial sequence number
   * @param commandCeiling number of commands beyond which no agent is called
   * @param firstCopyBytes maximum of first copies; beyond it the oldest are dropped
   * @param givesWay whether octets after a gap may be thrown away: their sender repeats them
   */
  public Stream(
      int initialSequence,
      int commandCeiling,
      long firstCopyBytes,
      boolean givesWay,
      ByteBufAllocator allocator,
      MemoryBudget budget) {
    this.firstCopyBytes = firstCopyBytes;
    MemoryAccount account = budget.openAccount();
    edits = new Edits(new SequenceSpace(initialSequence), commandCeiling, allocator, account);
    sender = new SenderSide(edits, allocator, account, givesWay);
    receiver = new ReceiverSide(edits);
    memory = new StreamMemory(edits, sender, receiver, account);
  }

  /** The decisions about the octets, and the promises to the sender. */
  public Edits edits() {
    return edits;
  }

  /** The engine as the receiver of the sender's octets. */
  public SenderSide sender() {
    return sender;
  }

  /** The engine as the sender of the receiver's octets. */
  public ReceiverSide receiver() {
    return receiver;
  }

  /** The newest headers of the sender. */
  public SenderHeaders headers() {
    return headers;
  }

  /** The arrays of this direction, and what they are charged. */
  public StreamMemory memory() {
    return memory;
  }

  /** Converts sequence numbers to offsets and back; original and new space share it. */
  public SequenceSpace space() {
    return edits.space();
  }

  /** D: the end of the decided octets, in original space. */
  public long decided() {
    return edits.map().decided();
  }

  /** RCV.NXT: the end of the octets that arrived without a gap, in original space. */
  public long heldEnd() {
    return decided() + sender.undecided().length();
  }

  /** N: the end of the decided output, in new space. */
  public long newEnd() {
    return edits.map().newEnd();
  }

  /** rel: the end of the released octets, in new space. */
  public long releasedEnd() {
    return receiver.releasedEnd();
  }

  /** A: the highest acknowledgement of the receiver, in new space. */
  public long acknowledged() {
    return receiver.sendWindow().acknowledged();
  }

  /**
   * own: the end of the octets that the engine retransmits itself, in new space. It acknowledged
   * them to the sender, or inserted them where the sender has nothing outstanding. While the sender
   * must still retransmit a part of an edit, the edit is retransmitted by the sender, but not what
   * was inserted before it.
   */
  public long newOwned() {
    long advertised = sender.advertised();
    if (advertised > decided()) {
      return newEnd();
    }
    if (edits.commands().isEmpty()) {
      long base = edits.commands().basePosition();
      return Math.min(Math.max(advertised, base) + edits.commands().offset(), newEnd());
    }
    return Math.min(edits.map().after(advertised), newEnd());
  }

  /** Whether the receiver has not acknowledged octets that the engine owns or vouched for. */
  public boolean hasOwned() {
    return newOwned() > acknowledged() || !sender.custody().vouched().isEmpty();
  }

  /** Whether as many commands as allowed are not acknowledged. */
  public boolean isAtCommandLimit() {
    return edits.folding().isFull(acknowledged());
  }

  /** Whether the engine acknowledged octets that are undecided, or owns octets or a FIN. */
  public boolean isPromised() {
    return edits.custodyEnd() > decided() || hasOwned() || edits.fin().isOwed(acknowledged());
  }

  /**
   * Whether the connection would break if its numbers were no longer rewritten: its ends count
   * differently, an edit may still have to be retransmitted, or the engine owns octets.
   */
  public boolean needsRewriting() {
    boolean unconfirmed =
        !edits.commands().isEmpty()
            && edits.commands().newEnd(edits.commands().size() - 1) > acknowledged();
    return edits.isShifted() || unconfirmed || isPromised();
  }

  /** SND.NXT of the new stream: after the FIN once the FIN has left. */
  public long newNext() {
    return edits.fin().next(releasedEnd());
  }

  /**
   * Whether the receiver took its window back (RFC 9293 section 3.8.6) below octets in flight. If R
   * lies less than one unit of the window field below where it was, that is only rounding.
   */
  public boolean isWindowTakenBack() {
    SendWindow window = receiver.sendWindow();
    long right = window.rightEdge();
    long released = releasedEnd();
    return released > Math.max(right, acknowledged())
        && Math.max(released, window.furthestEdge()) - right >= 1L << sender.window().scale()
        && window.isRightEdgeKnown();
  }

  /** rel, or R if the receiver took its window back: the end of what may be sent again. */
  public long sendableEnd() {
    return isWindowTakenBack()
        ? Math.max(acknowledged(), receiver.sendWindow().rightEdge())
        : releasedEnd();
  }

  /** The highest position that the receiver may expect next: {@link #newNext}, at most R. */
  public long expectedNext() {
    return Math.max(
        isWindowTakenBack() ? sendableEnd() : newNext(), receiver.inherited().claimedEnd());
  }

  /** SND.NXT of the sender as far as it is known: after its FIN once the FIN arrived. */
  public long orgNext() {
    long seen = Math.max(sender.orgSeenEnd(), decided());
    return edits.fin().isKnown() ? Math.max(seen, edits.fin().orgFin() + 1) : seen;
  }

  /** Passes the next octets, which start at {@code from} of {@code slice}; stores first copies. */
  public void pass(OctetSlice slice, int from, int length) {
    edits.firstCopies().append(newEnd(), slice, from, length);
    edits.map().decideTo(decided() + length);
    dropOldestCopies();
  }

  /** Replaces the next {@code orgLength} octets, and stores {@code octets} as first copies. */
  public void replace(int orgLength, Octets octets) {
    long org = decided();
    edits.firstCopies().append(newEnd(), octets);
    edits.commands().append(org, orgLength, octets.length());
    edits.map().decideTo(org + orgLength);
    dropOldestCopies();
  }

  /** Inserts {@code octets}, a reply to the other direction, before the undecided octets. */
  public void reply(Octets octets) {
    replace(0, octets);
    receiver.noteReply(newEnd());
  }

  /** Deletes the next octets, which are not stored; those next to a deletion join its command. */
  public void delete(long orgLength) {
    edits.commands().delete(decided(), orgLength);
    edits.map().decideTo(decided() + orgLength);
  }

  /** Passes the next octets, which leave as they arrived, and are not stored. */
  public void passUnkept(long length) {
    edits.map().decideTo(decided() + length);
    receiver.releaseTo(newEnd());
  }

  /**
   * Passes the rest of the first delayed segment, from {@code orgStart} on, despite the gap before
   * it. The stream must be opaque.
   *
   * @param isStored whether first copies are stored, because the octets may be vouched for
   * @return where it starts in new space: after an insertion before it, which has left already
   */
  public long passDelayed(long orgStart, boolean isStored) {
    DelayedSegments delayed = sender.delayed();
    long orgEnd = delayed.firstEnd();
    if (isStored && orgStart == decided()) {
      edits.map().decideTo(orgEnd);
    } else {
      edits.opaque().skipTo(orgEnd);
    }
    long insertedEnd = Math.min(releasedEnd(), edits.map().after(orgStart));
    long newStart = Math.max(edits.map().before(orgStart), insertedEnd);
    for (long at = orgStart; isStored && at < orgEnd; at += delayed.lengthAt(at, orgEnd)) {
      long newPosition = newStart + (at - orgStart);
      long offset = delayed.memoryOffsetOf(at);
      int length = delayed.lengthAt(at, orgEnd);
      edits.firstCopies().append(newPosition, delayed.memoryAt(at), offset, length);
    }
    return newStart;
  }

  /** Begins at {@code orgPosition}: octets before it left before the pick-up, also held ones. */
  public void beginAt(long orgPosition) {
    if (orgPosition > decided()) {
      sender.dropHeld((int) Math.min(sender.undecided().length(), orgPosition - decided()));
      sender.cursor().reset();
    }
    edits.beginAt(orgPosition);
    if (sender.undecided().length() == 0) {
      sender.waitTimes().setHeldSince(WaitTimes.NEVER);
    }
    sender.noteSeen(orgPosition);
    receiver.releaseTo(Math.min(orgPosition, newEnd()));
  }

  /** Skips the gap before {@code orgFrom}, if any: what a dropped span covers of it is deleted. */
  public void skipGap(long orgFrom) {
    if (orgFrom > heldEnd()) {
      if (edits.dropped().isOpen()) {
        delete(Math.min(orgFrom, edits.dropped().end()) - decided());
      }
      edits.opaque().skipTo(orgFrom);
      receiver.releaseTo(newEnd());
    }
  }

  /**
   * Appends what is new of the delayed octets before the next gap, or only of the first segment;
   * returns whether there was any. Those that are not new are removed at once, however many. Each
   * block is freed when its octets are appended, so that few are kept twice.
   */
  public boolean appendDelayed(boolean single) {
    DelayedSegments delayed = sender.delayed();
    skipGap(delayed.firstStart());
    long orgFrom = heldEnd();
    long orgEnd = single ? delayed.firstEnd() : delayed.contiguousEnd(delayed.firstStart());
    sender.pushMarks().addAll(delayed.pushes(), orgFrom, orgEnd);
    delayed.removeBelow(orgFrom);
    for (long at = orgFrom; at < orgEnd; at = heldEnd()) {
      sender.hold(delayed.memoryAt(at), delayed.memoryOffsetOf(at), delayed.lengthAt(at, orgEnd));
      delayed.removeBelow(heldEnd());
    }
    return orgFrom < orgEnd;
  }

  /**
   * Gives up waiting for a gap: what came after it is thrown away, reported or not. Its sender had
   * a retransmission timeout since, after which it sends again what was reported (RFC 2018 section
   * 8).
   */
  public void expireGap() {
    sender.expireGap(heldEnd());
  }

  /** Whether nothing but octets of a span is missing before the first delayed segment. */
  public boolean isDelayedReached() {
    if (sender.delayed().isEmpty()) {
      return false;
    }
    long spanEnd = sender.undecided().length() == 0 ? edits.spanEnd() : 0;
    return sender.delayed().firstStart() <= Math.max(heldEnd(), spanEnd);
  }

  /**
   * Whether nothing waits: no octets are held, delayed, unreleased or to be deleted, no decisions
   * are lost, and there is no gap and no FIN. Opaque octets that are still to come do not wait.
   */
  public boolean isQuiet() {
    boolean isLost = receiver.inherited().isDecisionLost();
    return sender.undecided().length() == 0
        && newEnd() == releasedEnd()
        && sender.delayed().isEmpty()
        && !(edits.fin().isKnown() || edits.dropped().isOpen() || isLost)
        && sender.waitTimes().gapSinceNanos() == WaitTimes.NEVER;
  }

  /** Whether the engine has nothing to retransmit, acknowledge or pace, now or later. */
  public boolean hasNoDuties() {
    return sender.gapFill().sinceNanos() == WaitTimes.NEVER
        && !receiver.pacer().isOn()
        && !receiver.retransmit().isRunning()
        && !sender.pendingAcks().hasAny()
        && !headers.isAckPending()
        && receiver.scoreboard().sacked().isEmpty()
        && !sender.gapFill().awaitsAck()
        && edits.custodyEnd() <= Math.max(0, sender.advertised())
        && !isPromised();
  }

  /** Whether all octets up to the sender's FIN have arrived in order. */
  public boolean isComplete() {
    return edits.fin().isKnown() && heldEnd() >= edits.fin().orgFin();
  }

  /**
   * Accepts the FIN of a segment that starts at {@code orgStart}. What is in order first is right:
   * a FIN in order ends the stream before octets that wait behind a gap, and one behind a gap waits
   * unless its own number is taken by such an octet.
   *
   * @return false if it contradicts octets or a FIN that are right
   */
  public boolean acceptFin(long orgStart, long orgFin) {
    boolean inOrder = orgStart <= heldEnd();
    boolean taken = !inOrder && sender.delayed().contains(orgFin);
    if (orgFin < heldEnd() || taken) {
      return false;
    }
    if (inOrder && isFinBeyondGap()) {
      edits.withdrawFin();
    }
    boolean accepted = edits.arriveFin(orgFin);
    if (accepted && inOrder) {
      endAtFin();
    }
    return accepted;
  }

  /** Forgets octets beyond the FIN, which never joined the stream; all before it has arrived. */
  public void endAtFin() {
    sender.endAt(edits.fin().orgFin());
  }

  /** Whether the sender's FIN arrived while octets before it are missing. */
  public boolean isFinBeyondGap() {
    return edits.fin().isKnown() && heldEnd() < edits.fin().orgFin();
  }

  /** Whether the sender's FIN has arrived, and the receiver has acknowledged it. */
  public boolean isFinAcknowledged() {
    return edits.fin().isReached() && edits.fin().isAcknowledgedBy(acknowledged());
  }

  /** Whether something is missing before octets, or a FIN, that were seen. */
  public boolean isGapOpen() {
    return heldEnd() < sender.orgSeenEnd() || isFinBeyondGap();
  }

  /** Frees all stored octets. */
  public void free() {
    edits.firstCopies().free();
    memory.free();
    sender.free();
  }

  /** Keeps the limit of first copies while no receiver was heard that could acknowledge them. */
  private void dropOldestCopies() {
    if (edits.firstCopies().length() > firstCopyBytes && !receiver.sendWindow().isPickedUpHeard()) {
      receiver.dropCopiesBelow(newEnd() - firstCopyBytes);
    }
  }
}
