package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.ProbeRule;
import dev.midstream.modcmd.map.WindowMap;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.stream.ExpectedAnswers;
import dev.midstream.reassembly.stream.InheritedOutput;
import dev.midstream.reassembly.stream.PendingAcks;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;
import org.jspecify.annotations.Nullable;

/**
 * Chooses what is sent for a segment that was admitted and whose octets were shown to the agent.
 */
final class ForwardPath {
  private final boolean inline;
  private final Counters counters;
  private final HeaderRewrite headers;
  private final Emission emission;
  private final Retransmitter retransmitter;
  private final RepeatLimit repeats;
  private final KeepAliveCheck keepAlives;

  ForwardPath(Stages stages) {
    inline = stages.isInline();
    counters = stages.counters();
    headers = stages.headers();
    emission = stages.emission();
    retransmitter = stages.retransmitter();
    repeats = new RepeatLimit(stages);
    keepAlives = new KeepAliveCheck(inline);
  }

  /**
   * Sends what follows from a segment without payload, or absorbs it.
   *
   * @param seen whether the receiver is asked if the segment has only a FIN, which cannot leave
   */
  Disposition sendEmpty(Segment segment, Stream stream, boolean seen) {
    if (segment.view().isFin() && stream.edits().isFinAmongOpaque(segment.orgFin())) {
      return sendFinAmongOpaque(segment, stream);
    }
    emission.updateLimits(segment.connection(), stream);
    if (isFinAnswered(segment) || isKeptBack(segment)) {
      counters.count(Reason.ABSORBED);
      return withhold(segment);
    }
    long from = stream.releasedEnd();
    long to = emission.releasable(segment.connection(), stream);
    boolean bareFin = segment.view().isFin() && to == from && !stream.edits().isFinPending(to);
    if (bareFin && stream.edits().fin().isReleased()) {
      counters.count(Reason.RETRANSMISSION);
    } else if (bareFin && !segment.advertisesMore()) {
      return seen || KeepAliveCheck.isReceiverUnknown(segment) ? askReceiver(segment) : absorb();
    }
    if (to == from && !segment.view().isFin() && consumeForEngine(segment)) {
      return absorb();
    }
    return to > from || segment.view().isFin()
        ? emission.send(segment, from, to, false)
        : emission.sendAcknowledgement(segment);
  }

  /**
   * Whether the segment has a FIN that the engine answers itself: the receiver got one of the
   * engine in its place, or the segment's sender is closed, and only missed the ACK of its FIN.
   */
  static boolean isFinAnswered(Segment segment) {
    FinMap fin = segment.stream().edits().fin();
    boolean replaced = fin.isOwn() && fin.isReleased();
    return segment.view().isFin() && (replaced || segment.isSenderClosed());
  }

  /**
   * Whether nothing of the segment may reach its receiver, which was reset or has the ACK of its
   * FIN. One that opens a new connection must get the ACK that answers its SYN.
   */
  private static boolean isKeptBack(Segment segment) {
    boolean closed =
        segment.isReceiverClosed() && !segment.connection().handshakes().hasCompeting();
    return segment.isReceiverReset() || (closed && !segment.acknowledgesMore());
  }

  /** Sends a FIN without octets, beyond which opaque octets have passed, at its own place. */
  Disposition sendFinAmongOpaque(Segment segment, Stream stream) {
    long newFin = stream.edits().map().after(segment.orgFin());
    return emission.send(segment, newFin, newFin, false);
  }

  /**
   * Consumes an acknowledgement that concerns the engine alone.
   *
   * @return whether it must not be forwarded
   */
  private boolean consumeForEngine(Segment segment) {
    if (segment.advertisesMore()) {
      return false;
    }
    boolean answersProbe = consumeProbe(segment);
    if (answersProbe) {
      return false;
    }
    return segment.isForEngineOnly()
        || (inline
            && segment.isDuplicateAck()
            && retransmitter.consumeOwnDuplicate(
                segment.reverse(), segment.isWindowMoved(), segment.nowNanos()));
  }

  private Disposition absorb() {
    counters.count(Reason.ABSORBED);
    return Disposition.TAKEN;
  }

  /**
   * Sends what is decided now. Octets held before an unchanged segment leave in a packet of their
   * own if both do not fit into one; then the segment is sent in place.
   *
   * @param unedited whether the segment caused no command
   */
  Disposition sendNext(
      Segment segment, Stream stream, long heldBefore, long releasedBefore, boolean unedited) {
    emission.updateLimits(segment.connection(), stream);
    long from = stream.releasedEnd();
    long to = emission.sendable(segment.connection(), stream);
    boolean unchanged =
        unedited && segment.orgStart() == heldBefore && to == stream.newEnd() && inline;
    boolean whole =
        unchanged && stream.decided() == segment.orgEnd() && stream.releasedEnd() == releasedBefore;
    boolean inPlace =
        unedited
            && segment.orgStart() == heldBefore
            && from == releasedBefore
            && stream.edits().map().dataStart(heldBefore) == releasedBefore;
    if (segment.orgStart() < heldBefore) {
      from = Math.min(from, RetransmissionPath.retransmittedFrom(segment, stream));
      to = repeats.shorten(segment, from, to);
    }
    long heldTo = to - segment.length();
    if (whole && !inPlace && from < heldTo && emission.sendHeldApart(segment, from, to)) {
      return emission.send(segment, heldTo, to, true);
    }
    if (from >= to && !stream.edits().isFinPending(to)) {
      if (stream.sender().undecided().length() == 0) {
        boolean waits = stream.newEnd() > stream.releasedEnd();
        counters.count(waits ? emission.whyWaiting(segment.connection(), stream) : Reason.ABSORBED);
        if (inline && (waits ? isRepetitionAwaited(stream) : isDeletionCommitted(segment))) {
          PendingAcks acks = stream.sender().pendingAcks();
          long start = waits ? Math.max(segment.orgStart(), heldBefore) : segment.orgStart();
          acks.addDeleted(start, segment.orgEnd(), segment.nowNanos());
        }
      }
      return withhold(segment);
    }
    return emission.send(segment, from, to, inPlace && to == stream.newEnd());
  }

  /** Whether octets before those that wait are missing: their sender is told what has come. */
  private static boolean isRepetitionAwaited(Stream stream) {
    return stream.edits().omitted().isMissing(stream.releasedEnd());
  }

  /** Otherwise deleted octets are acknowledged when they are committed, at once. */
  static boolean isDeletionCommitted(Segment segment) {
    Stream stream = segment.stream();
    return stream.edits().commit().isShowable(segment.orgEnd(), stream.acknowledged());
  }

  /**
   * Sends opaque octets. An insertion at the start of new octets has already been sent; it is sent
   * again only with retransmitted octets.
   */
  Disposition sendOpaque(Segment segment, Stream stream, long heldBefore) {
    if (isKeptBack(segment)) {
      return answer(segment);
    }
    long from = stream.edits().map().before(segment.orgStart());
    if (segment.orgStart() >= heldBefore) {
      long insertedEnd =
          Math.min(stream.releasedEnd(), stream.edits().map().after(segment.orgStart()));
      from = Math.max(from, insertedEnd);
    }
    long end = stream.edits().map().before(segment.orgEnd());
    if (end - from == segment.length()) {
      return emission.send(segment, from, end, true);
    }
    segment.trimToPresent();
    from = Math.max(from, RetransmissionPath.keptFrom(stream));
    long to = stream.edits().map().before(segment.orgEnd());
    Disposition disposition;
    if (from < to || segment.view().isRst()) {
      disposition = emission.send(segment, Math.min(from, to), to, false);
    } else {
      counters.count(Reason.BELOW_WINDOW);
      disposition = withhold(segment);
    }
    stream.receiver().releaseTo(end);
    return disposition;
  }

  /** Sends a segment beyond the end of its stream, unless its receiver may be closed. */
  Disposition sendBeyondEnd(Segment segment) {
    return isKeptBack(segment) ? answer(segment) : emission.sendBeyondEnd(segment);
  }

  /** Answers a segment in place of its receiver, which is closed. */
  private Disposition answer(Segment segment) {
    segment.stream().sender().pendingAcks().requestAck(segment.nowNanos());
    return absorb();
  }

  /**
   * Withholds the payload. Acknowledgement, window and SACK blocks for the other direction are
   * forwarded at once, unless the receiver is closed: it would answer with a RST. A receiver that
   * was not heard is asked, too, because it does not answer these.
   */
  Disposition withhold(Segment segment) {
    if (isKeptBack(segment)) {
      return Disposition.TAKEN;
    }
    if (segment.advertisesMore()) {
      askUnheard(segment);
      return emission.sendHeaders(segment);
    }
    boolean answersProbe = consumeProbe(segment);
    if (answersProbe) {
      return emission.sendHeaders(segment);
    }
    return KeepAliveCheck.isReceiverUnknown(segment) ? ask(segment) : Disposition.TAKEN;
  }

  /**
   * Consumes a pending probe of the other direction's sender. Any segment answers it, because a
   * keep-alive only asks whether the peer is alive. A late one does, too, if that sender has
   * nothing in flight: then it is no duplicate (RFC 5681 section 2).
   */
  private boolean consumeProbe(Segment segment) {
    Stream probed = segment.reverse();
    boolean inFlight = probed.orgNext() > probed.sender().advertised();
    return inline && probed.receiver().probeAnswers().take(segment.nowNanos(), !inFlight);
  }

  /**
   * Notes that the engine before this one let the octets of a segment in, beyond the edge that is
   * known here: a probe has one octet, at the edge. While output waits for the receiver the edge
   * stays, and their sender would time out again and again (H-14).
   */
  static void noteLetIn(Segment segment, Stream stream) {
    if (!isBeyondEdge(segment, stream)) {
      return;
    }
    WindowMap window = stream.sender().window();
    InheritedOutput inherited = stream.receiver().inherited();
    boolean isProbe = segment.length() == 1 && segment.orgStart() == window.edge();
    boolean wasLetIn = segment.orgEnd() <= inherited.orgEdge() && !inherited.isUnheard();
    boolean waits = stream.newEnd() > stream.releasedEnd() && !stream.edits().opaque().isOpen();
    if (wasLetIn && waits && !isProbe) {
      window.raiseTo(segment.orgEnd());
    }
  }

  /**
   * The reason why a segment is a probe that only asks for an acknowledgement; null if it is no
   * probe.
   */
  @Nullable Reason probeReason(Segment segment) {
    if (keepAlives.isKeepAlive(segment)) {
      return Reason.KEEP_ALIVE;
    }
    return inline && isBeyondEdge(segment, segment.stream()) ? Reason.ZERO_WINDOW : null;
  }

  /**
   * Sends a probe of the engine's own to the receiver, whose answer belongs to the sender. The
   * engine answers for a receiver that is closed.
   */
  Disposition forwardProbe(Segment segment) {
    if (isKeptBack(segment)) {
      return answer(segment);
    }
    expectAnswer(segment.stream().receiver().probeAnswers(), segment);
    return sendProbe(segment);
  }

  /**
   * Whether octets or a FIN after a gap came before, of a connection that was picked up. If the
   * receiver has what is missing, its sender knows that and never sends it again.
   */
  boolean isSeenAfterPickUpGap(Segment segment, Stream stream) {
    if (!inline || !segment.connection().isPickedUp()) {
      return false;
    }
    boolean seen =
        segment.length() > 0
            ? segment.orgEnd() <= stream.sender().orgSeenEnd()
            : segment.view().isFin() && stream.isFinBeyondGap();
    return seen && segment.orgStart() > stream.heldEnd();
  }

  /**
   * Asks the receiver for its acknowledgement in place of the segment that came. The answer is for
   * the engine: it acknowledges the segment itself.
   */
  Disposition askReceiver(Segment segment) {
    if (isKeptBack(segment) || segment.advertisesMore()) {
      return withhold(segment);
    }
    return ask(segment);
  }

  /**
   * Asks a receiver that was not heard beside a segment whose octets are decided and withheld:
   * their sender is not answered before (H-31), and after a timeout it waits for twice as long.
   */
  private void askUnheard(Segment segment) {
    Stream stream = segment.stream();
    boolean isUnheard = inline && stream.receiver().inherited().isUnheard();
    boolean isDecided = segment.length() > 0 && segment.orgEnd() <= stream.decided();
    if (isUnheard && isDecided && !segment.connection().isPickedUp()) {
      expectAnswer(stream.receiver().ownAnswers(), segment);
      long timeNanos = segment.packet().timeNanos();
      emission.probe(segment.connection(), stream, timeNanos, segment.output());
    }
  }

  private Disposition ask(Segment segment) {
    expectAnswer(segment.stream().receiver().ownAnswers(), segment);
    return sendProbe(segment);
  }

  /** Expects an answer to {@code segment} within one RTO. */
  static void expectAnswer(ExpectedAnswers answers, Segment segment) {
    answers.expect(segment.nowNanos(), segment.stream().receiver().rtt().rtoNanos());
  }

  /**
   * Sends a probe of the engine's own to the receiver in place of the segment that came. What it
   * advertises is not heard, so an end whose octets are held gets an ACK, too (H-14).
   */
  Disposition sendProbe(Segment segment) {
    Stream stream = segment.stream();
    long below = newExpected(stream) - 1;
    if (segment.view().isUrg()) {
      headers.rewriteUrgent(segment);
    }
    Disposition disposition = emission.send(segment, below, below, false);
    boolean isHeld = segment.reverse().sender().undecided().length() > 0;
    if (isHeld && segment.advertisesMoreThanReduction()) {
      stream.headers().requireAck();
    }
    return disposition;
  }

  /** Whether a segment carries new octets beyond the advertised right edge. */
  private static boolean isBeyondEdge(Segment segment, Stream stream) {
    return !segment.connection().isPickedUp()
        && segment.orgStart() >= stream.decided()
        && ProbeRule.isBeyondEdge(
            segment.orgStart(), segment.length(), stream.sender().window().edge());
  }

  /** The next offset that the receiver of {@code stream} expects, in new space. */
  private long newExpected(Stream stream) {
    long orgAcknowledged = stream.receiver().sendWindow().orgAcknowledged();
    return inline
        ? stream.acknowledged()
        : stream.edits().fin().acknowledgementForward(orgAcknowledged);
  }

  /**
   * Whether a segment lies before the pick-up, with its octets or without any. It keeps its number,
   * and its octets are never shown to the agent.
   */
  static boolean isBeforePickUp(Segment segment, Stream stream) {
    if (!segment.connection().isPickedUp()) {
      return false;
    }
    if (segment.length() > 0) {
      return segment.orgStart() + segment.view().presentPayloadLength() <= 0;
    }
    return segment.view().isFin()
        ? stream.edits().isFinBefore(segment.orgFin())
        : segment.orgStart() < 0;
  }
}
