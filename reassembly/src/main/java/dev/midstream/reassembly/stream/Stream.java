package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetSlice;
import io.netty.buffer.ByteBufAllocator;

/**
 * One direction of an inspected connection: a transmission control block between its two ends. The
 * {@link Edits} are essential; the two sides and the headers are derived state.
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
  private final ReceiverSide receiver = new ReceiverSide();
  private final SenderHeaders headers = new SenderHeaders();

  /**
   * A direction of which nothing was seen but its SYN.
   *
   * @param initialSequence the sender's initial sequence number
   * @param commandCeiling commands beyond which no agent is called
   * @param firstCopyBytes first copies that are kept at most; the oldest are dropped first
   */
  public Stream(
      int initialSequence,
      int commandCeiling,
      long firstCopyBytes,
      ByteBufAllocator allocator,
      MemoryBudget budget) {
    this.firstCopyBytes = firstCopyBytes;
    edits = new Edits(new SequenceSpace(initialSequence), commandCeiling, allocator, budget);
    sender = new SenderSide(edits, allocator, budget);
  }

  /** What was decided about the octets, and what the sender was promised. */
  public Edits edits() {
    return edits;
  }

  /** The engine as the receiver of what the sender sends. */
  public SenderSide sender() {
    return sender;
  }

  /** The engine as the sender of what the receiver gets. */
  public ReceiverSide receiver() {
    return receiver;
  }

  /** The newest headers of the sender. */
  public SenderHeaders headers() {
    return headers;
  }

  /** Converts sequence numbers to offsets and back; original and new space share it. */
  public SequenceSpace space() {
    return edits.space();
  }

  /** D: the end of what is decided, in original space. */
  public long decided() {
    return edits.decided();
  }

  /** The end of what is held without a gap, in original space: the next octet to come. */
  public long heldEnd() {
    return edits.decided() + sender.undecided().length();
  }

  /** N: the end of the decided output, in new space. */
  public long newEnd() {
    return edits.newEnd();
  }

  /** rel: the end of the octets that have left, in new space. */
  public long releasedEnd() {
    return receiver.releasedEnd();
  }

  /** A: the highest acknowledgement of the receiver, in new space. */
  public long acknowledged() {
    return receiver.sendWindow().acknowledged();
  }

  /**
   * own: the end of what the engine retransmits by itself, in new space, because it acknowledged it
   * to the sender, or because it inserted it where nothing of the sender is outstanding. An edit of
   * which the sender still has to retransmit a part is the sender's.
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
    return edits.map().isCut(advertised)
        ? Math.min(edits.map().after(advertised), newEnd())
        : edits.map().before(advertised);
  }

  /** Whether the engine acknowledged octets that the receiver has not acknowledged. */
  public boolean hasOwned() {
    return newOwned() > acknowledged() || !sender.custody().vouched().isEmpty();
  }

  /** Whether the engine acknowledged octets that are undecided, or that it still owns. */
  public boolean isPromised() {
    return edits.custodyEnd() > decided() || hasOwned();
  }

  /**
   * Whether the connection breaks if numbers are not rewritten any more: its ends count
   * differently, an edit may still have to be retransmitted, or the engine owes octets.
   */
  public boolean needsRewriting() {
    boolean unconfirmed =
        !edits.commands().isEmpty()
            && edits.commands().newEnd(edits.commands().size() - 1) > acknowledged();
    return edits.commands().offset() != 0 || unconfirmed || isPromised();
  }

  /** SND.NXT of the new stream: after the FIN once that has left. */
  public long newNext() {
    return edits.fin().isReleased() ? edits.fin().newFin() + 1 : releasedEnd();
  }

  /** SND.NXT of the sender, as far as it was seen: after its FIN once that came. */
  public long orgNext() {
    long seen = sender.orgSeenEnd();
    return edits.fin().isKnown() ? Math.max(seen, edits.fin().orgFin() + 1) : seen;
  }

  /** Decides that the next octets, from {@code from} of a slice, pass; keeps them. */
  public void pass(OctetSlice slice, int from, int length) {
    edits.pass(slice, from, length);
    keepWithinBound();
  }

  /** Decides that the next {@code orgLength} octets become {@code octets}. */
  public void replace(int orgLength, Octets octets) {
    edits.replace(orgLength, octets);
    keepWithinBound();
  }

  /** Inserts {@code octets} before what is undecided, in answer to the other direction. */
  public void reply(Octets octets) {
    replace(0, octets);
    receiver.noteReply(newEnd());
  }

  /** Decides that the next octets pass, and keeps nothing of them. */
  public void passUnkept(long length) {
    edits.map().decideTo(decided() + length);
  }

  /**
   * Begins at {@code orgPosition}, if that is further on: octets before it left before the
   * connection was picked up, and what is held of them is only retransmitted.
   */
  public void beginAt(long orgPosition) {
    if (orgPosition > heldEnd()) {
      sender.undecided().dropFront(sender.undecided().length());
      sender.cursor().reset();
      sender.seen(orgPosition);
      edits.map().decideTo(orgPosition);
      receiver.releaseTo(newEnd());
    }
  }

  /** Whether nothing is missing before the first delayed segment but opaque octets. */
  public boolean isDelayedNext() {
    DelayedSegments delayed = sender.delayed();
    if (delayed.isEmpty()) {
      return false;
    }
    long start = delayed.firstStart();
    boolean jumps =
        edits.opaque().isOpen()
            && sender.undecided().length() == 0
            && start <= edits.opaque().end();
    return start <= heldEnd() || jumps;
  }

  /**
   * Whether nothing waits: no octets are held, delayed or kept back, none are opaque, and neither a
   * gap nor the end was seen.
   */
  public boolean isQuiet() {
    return sender.undecided().length() == 0
        && newEnd() == releasedEnd()
        && sender.delayed().isEmpty()
        && !edits.fin().isKnown()
        && !edits.opaque().isOpen()
        && sender.waitTimes().gapSinceNanos() == WaitTimes.NEVER;
  }

  /** Whether the engine owes neither end octets nor acknowledgements, now or later. */
  public boolean isSettled() {
    return sender.waitTimes().fillerSinceNanos() == WaitTimes.NEVER
        && !receiver.pacer().isOn()
        && !receiver.retransmit().isWaiting()
        && !sender.pendingAcks().hasAny()
        && !headers.isAckPending()
        && receiver.scoreboard().sacked().isEmpty()
        && !sender.custody().awaitsFillerAck()
        && !hasOwned();
  }

  /** Whether all octets up to the sender's FIN have come in order. */
  public boolean isComplete() {
    return edits.fin().isKnown() && heldEnd() >= edits.fin().orgFin();
  }

  /** Whether the sender's FIN came before octets that are still missing. */
  public boolean isFinBeyondGap() {
    return edits.fin().isKnown() && heldEnd() < edits.fin().orgFin();
  }

  /** Whether the receiver has acknowledged the FIN. */
  public boolean isFinAcknowledged() {
    return edits.fin().isReleased() && acknowledged() > edits.fin().newFin();
  }

  /** Whether something is missing before octets, or an end, that were seen. */
  public boolean isGapOpen() {
    return heldEnd() < sender.orgSeenEnd() || isFinBeyondGap();
  }

  /** Frees all octets that are kept. */
  public void free() {
    sender.free();
    edits.firstCopies().free();
  }

  /** Drops the oldest first copies where no acknowledgements come (a recording of one side). */
  private void keepWithinBound() {
    if (edits.firstCopies().length() > firstCopyBytes) {
      edits.firstCopies().freeBelow(Math.min(releasedEnd(), newEnd() - firstCopyBytes));
    }
  }
}
