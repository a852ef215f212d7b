package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.FinMap;
import dev.midstream.modcmd.map.OffsetMap;
import dev.midstream.reassembly.admit.AcceptabilityCheck;
import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.admit.AdmissionVerdict;
import dev.midstream.reassembly.admit.HopLimitCheck;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.AcknowledgementRewrite;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.stream.InheritedOutput;
import dev.midstream.reassembly.stream.Pacer;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Processes one segment of an edited connection: headers, admission, delivery, emission. The engine
 * takes custody and acknowledges after emission, in {@link EndpointDuties}. Held octets that their
 * sender retransmits go into custody before that.
 */
final class EditedPath {
  /** Duplicate acknowledgements for one packet: the sender needs three (RFC 5681 section 3.2). */
  private static final int MAX_DUPLICATES = 64;

  private final boolean inline;
  private final Counters counters;
  private final AcceptabilityCheck acceptability;
  private final HopLimitCheck hopLimits;
  private final HeaderRewrite headers;
  private final Admission admission;
  private final Delivery delivery;
  private final Emission emission;
  private final CustodyPolicy custody;
  private final OutputDrain drain;
  private final EndpointDuties duties;
  private final ForwardPath forward;
  private final PredictedPath predicted;
  private final RefusalPath refusals;
  private final RetransmissionPath retransmissions;
  private final OrderedOutput ordered = new OrderedOutput();

  EditedPath(Stages stages, ForwardPath forward) {
    inline = stages.isInline();
    counters = stages.counters();
    acceptability = new AcceptabilityCheck(stages.configuration().vantage());
    hopLimits = new HopLimitCheck(stages.configuration(), counters, stages.events());
    headers = stages.headers();
    admission = stages.admission();
    delivery = stages.delivery();
    emission = stages.emission();
    custody = stages.custody();
    drain = stages.drain();
    duties = stages.duties();
    this.forward = forward;
    predicted = new PredictedPath(stages, forward, acceptability, hopLimits);
    refusals = new RefusalPath(acceptability, hopLimits, counters);
    retransmissions = new RetransmissionPath(stages, forward);
  }

  /** Processes a segment, not a RST, of a connection that has both streams. */
  Disposition process(Segment segment) {
    boolean isPlain = predicted.mayTake(segment);
    if (isPlain && predicted.send(segment)) {
      return Disposition.FORWARD;
    }
    Connection connection = segment.connection();
    Stream stream = segment.stream();
    boolean isShown = isPlain && predicted.begin(segment);
    boolean refused = !isShown && refusals.refuse(segment);
    Stream reverse = segment.reverse();
    boolean wasAtRest = connection.isAtRest();
    connection.setAtRest(false);
    stepPacer(stream, refused ? 0 : Pacer.stepBytes(segment.length()));
    stepPacer(reverse, 0);
    long acknowledged = reverse.acknowledged();
    Disposition disposition = refused ? Disposition.TAKEN : send(segment, stream, isShown);
    if (reverse.headers().hasSuperSegments()) {
      stepPacer(reverse, reverse.acknowledged() - acknowledged);
    }
    PacketOutput output = ordered.begin(segment, disposition);
    if (refused && acceptability.mayBeAhead(segment)) {
      askAboutSender(segment, stream, output);
    }
    boolean passedAtRest = wasAtRest && segment.isPredicted() && disposition == Disposition.FORWARD;
    if (passedAtRest && duties.performPlain(connection, segment.nowNanos())) {
      segment.notePassedAtRest(false);
      return disposition;
    }
    long timeNanos = segment.packet().timeNanos();
    drain.sendAll(connection, timeNanos, output);
    duties.perform(connection, segment.nowNanos(), timeNanos, output);
    return ordered.disposition();
  }

  private Disposition send(Segment segment, Stream stream, boolean isShown) {
    return isShown ? predicted.show(segment) : rewriteAndSend(segment, stream);
  }

  /**
   * A refused segment may show that its sender has forgotten octets that the receiver has. It may
   * be made up, so the receiver is asked what it has. Only once that has acknowledged octets of
   * which this engine does not know, the segment counts.
   */
  private void askAboutSender(Segment segment, Stream stream, PacketOutput output) {
    InheritedOutput inherited = stream.receiver().inherited();
    if (inherited.isDecisionLost()) {
      inherited.forgotten().noteSenderBeyond(segment.orgStart());
    }
    duties.askUnheard(segment.connection(), stream, segment.nowNanos(), output);
  }

  private void stepPacer(Stream stream, long minBytes) {
    Pacer pacer = stream.receiver().pacer();
    if (inline && pacer.isOn()) {
      pacer.step(stream.releasedEnd(), emission.updatePieceBytes(stream), minBytes);
    }
  }

  private Disposition rewriteAndSend(Segment segment, Stream stream) {
    boolean isFirst = segment.connection().isPickedUp() && !stream.headers().isTemplateKnown();
    if (isFirst && segment.orgStart() > stream.heldEnd()) {
      stream.beginAt(segment.orgStart());
    }
    FinWait.noteHeard(segment);
    long reverseDecided = segment.reverse().decided();
    headers.rewrite(segment);
    if (segment.length() == 0 && !segment.view().isFin()) {
      stream.receiver().noteSenderNext(segment.orgStart(), segment.nowNanos());
    }
    if (segment.orgStart() > stream.heldEnd()) {
      MissingOctets.noteSegment(segment, stream);
    }
    if (segment.reverse().decided() > reverseDecided) {
      delivery.resume(segment.connection(), segment.direction().opposite());
    }
    if (segment.advertisesMore()) {
      segment.reverse().receiver().probeAnswers().clear();
    }
    stream.headers().ecn().onSegment(segment.view().ecn());
    if (segment.packet().gsoBytes() > 0) {
      stream.headers().noteSuperSegments();
    }
    if (!capture(segment, stream.headers())) {
      delivery
          .endOfEditing()
          .connection(segment.connection(), Reason.MALFORMED, "headers too long, or cut off");
    }
    Disposition disposition = admitAndSend(segment, stream);
    if (inline && disposition == Disposition.FORWARD) {
      segment.editor().ecn(stream.headers().ecn().takeMark(segment.view().ecn()));
    }
    return disposition;
  }

  /** Captures headers to send with; a keep-alive may lack the timestamp that they must have. */
  private boolean capture(Segment segment, SenderHeaders headers) {
    return AcceptabilityCheck.lacksTimestamp(segment)
        ? headers.isTemplateKnown()
        : headers.capture(segment.view(), segment.carriedBytes());
  }

  private Disposition admitAndSend(Segment segment, Stream stream) {
    ForwardPath.noteLetIn(segment, stream);
    Reason probe = forward.probeReason(segment);
    if (probe != null) {
      counters.count(probe);
      MissingOctets.noteProbe(segment, stream);
      return forward.forwardProbe(segment);
    }
    if (ForwardPath.isBeforePickUp(segment, stream)) {
      return Disposition.FORWARD;
    }
    long heldBefore = stream.heldEnd();
    long releasedBefore = stream.releasedEnd();
    long offsetBefore = stream.edits().commands().offset();
    long editedBefore = stream.edits().commands().orgEnd();
    int delayedBefore = stream.sender().delayed().length();
    boolean seen = forward.isSeenAfterPickUpGap(segment, stream);
    AdmissionVerdict verdict = admission.admit(segment);
    segment.setPredicted(isPredicted(segment, verdict, heldBefore));
    deliver(segment, stream, verdict);
    if (segment.view().isUrg()) {
      headers.rewriteUrgent(segment);
    }
    boolean unedited =
        stream.edits().commands().orgEnd() == editedBefore
            && stream.edits().commands().offset() == offsetBefore;
    return switch (verdict) {
      case EMPTY -> forward.sendEmpty(segment, stream, seen);
      case NEXT, CUT -> forward.sendNext(segment, stream, heldBefore, releasedBefore, unedited);
      case KNOWN -> retransmissions.send(segment);
      case OPAQUE, STRANDED -> forward.sendOpaque(segment, stream, heldBefore);
      case BEYOND_END -> forward.sendBeyondEnd(segment);
      case DELAYED, REFUSED -> keepBack(segment, stream, verdict, delayedBefore, seen);
      case DISPUTED -> sendKnownPart(segment, stream, heldBefore, true);
      case NO_ROOM -> sendKnownPart(segment, stream, heldBefore, false);
    };
  }

  /** Whether a segment has only the next octets or none, and no option but timestamps. */
  private static boolean isPredicted(Segment segment, AdmissionVerdict verdict, long heldBefore) {
    boolean opaqueNext = verdict == AdmissionVerdict.OPAQUE && segment.orgStart() == heldBefore;
    boolean next =
        verdict == AdmissionVerdict.NEXT || verdict == AdmissionVerdict.EMPTY || opaqueNext;
    return next && segment.view().options().hasOnlyTimestamps();
  }

  /**
   * Retransmits the known part of a segment. A new part that was stored leaves later, with the
   * octets it was stored with. A new part without room is retransmitted by its sender.
   */
  private Disposition sendKnownPart(
      Segment segment, Stream stream, long orgKnownEnd, boolean stored) {
    if (stored && duties.actsAsEndpoint(segment.connection())) {
      stream.sender().gapFill().startTimer(arrivedEnd(stream), segment.nowNanos());
    }
    if (segment.orgStart() < orgKnownEnd) {
      segment.trimTo(orgKnownEnd);
      return retransmissions.send(segment);
    }
    if (!stored) {
      stream.sender().pendingAcks().requestAck(segment.nowNanos());
    }
    return forward.withhold(segment);
  }

  /**
   * Keeps a segment beyond a gap from its receiver, and tells its sender of the gap.
   *
   * @param seen whether the receiver is asked if the segment brought nothing new
   */
  private Disposition keepBack(
      Segment segment, Stream stream, AdmissionVerdict verdict, int delayedBefore, boolean seen) {
    if (duties.actsAsEndpoint(segment.connection())) {
      stream.sender().gapFill().startTimer(stream.heldEnd(), segment.nowNanos());
      boolean kept = verdict == AdmissionVerdict.DELAYED;
      if (kept) {
        noteDelayed(segment, stream, delayedBefore);
      }
      acknowledgeDelayed(segment, stream, kept);
    }
    return seen && stream.sender().delayed().length() == delayedBefore
        ? forward.askReceiver(segment)
        : forward.withhold(segment);
  }

  /** Notes when a delayed segment came, and how many octets it brought. */
  private static void noteDelayed(Segment segment, Stream stream, int delayedBefore) {
    long roundTripNanos = stream.receiver().rtt().srttNanos();
    int delayed = stream.sender().delayed().length();
    Pacer pacer = stream.receiver().pacer();
    pacer.noteArrival(delayedBefore, delayed, roundTripNanos, segment.nowNanos());
  }

  /**
   * Schedules the duplicate acknowledgements of a delayed segment. Without SACK the sender counts
   * them, so a super-segment needs one for each of its segments on the wire.
   */
  private static void acknowledgeDelayed(Segment segment, Stream stream, boolean kept) {
    long end = kept ? segment.orgEnd() : segment.orgStart();
    boolean sack = segment.connection().handshakes().isSackAgreed();
    int gsoBytes = segment.packet().gsoBytes();
    int segments = sack || gsoBytes == 0 ? 1 : Math.ceilDiv(segment.length(), gsoBytes);
    for (int i = 0; i < Math.min(segments, MAX_DUPLICATES); i++) {
      stream.sender().pendingAcks().addDelayed(segment.orgStart(), end, segment.nowNanos());
    }
  }

  private void deliver(Segment segment, Stream stream, AdmissionVerdict verdict) {
    long heldBefore = stream.heldEnd();
    if (segment.view().isFin() && verdict.acceptsFin()) {
      acceptFin(segment, stream);
    }
    switch (verdict) {
      case NEXT, CUT -> acceptNext(segment, stream);
      case OPAQUE -> {
        stream.edits().opaque().skipTo(segment.orgEnd());
        delivery.resume(segment.connection(), segment.direction());
      }
      case STRANDED -> {
        drain.passGaps(
            segment.connection(),
            segment.direction(),
            Reason.GAP,
            segment.packet().timeNanos(),
            segment.output());
        stream.edits().opaque().skipTo(segment.orgEnd());
        delivery.resume(segment.connection(), segment.direction());
      }
      case EMPTY, KNOWN, DELAYED -> delivery.resume(segment.connection(), segment.direction());
      case DISPUTED -> delivery.acceptBeside(segment);
      case NO_ROOM -> delivery.expireHold(segment);
      case REFUSED, BEYOND_END -> {}
    }
    AcknowledgementRewrite.acknowledgeBefore(stream, segment.nowNanos());
    if (stream.heldEnd() > heldBefore) {
      restartGap(stream, segment.nowNanos());
      FinWait.restart(segment);
    }
  }

  /** Octets came in order. The gap opens again, for its time, for what was forgotten with it. */
  private static void restartGap(Stream stream, long nowNanos) {
    stream.sender().waitTimes().restartGap(nowNanos);
    if (stream.isGapOpen()) {
      stream.sender().waitTimes().openGapAgain(nowNanos, stream.sender().delayed().isEmpty());
    }
  }

  /**
   * Accepts the next octets in order. Octets that were delayed beyond a filled gap leave at the
   * pace of {@link Pacer}.
   */
  private void acceptNext(Segment segment, Stream stream) {
    hopLimits.normalize(segment);
    boolean retransmitsHeld =
        segment.orgStart() < stream.heldEnd() && stream.sender().undecided().length() > 0;
    boolean fillsGap = !stream.sender().delayed().isEmpty();
    delivery.accept(segment, segment.unheldStart());
    if (!duties.actsAsEndpoint(segment.connection())) {
      return;
    }
    if (retransmitsHeld) {
      custody.onRetransmission(segment.connection(), stream);
    }
    boolean filled =
        stream.heldEnd() > segment.orgEnd()
            || delivery.gaps().isDelayedNext(segment.connection(), stream);
    if (filled) {
      startPacing(segment, stream);
    }
    if (fillsGap) {
      stream.sender().gapFill().startTimer(arrivedEnd(stream), segment.nowNanos());
    }
  }

  private void startPacing(Segment segment, Stream stream) {
    long newFillerEnd = newFillerEnd(stream.edits().map(), segment.orgEnd());
    long orgEnd = arrivedEnd(stream);
    int pieceBytes = emission.updatePieceBytes(stream);
    stream.receiver().pacer().begin(segment.orgEnd(), newFillerEnd, pieceBytes);
    if (orgEnd - segment.orgEnd() > Pacer.stepBytes(pieceBytes)) {
      long wantedEnd = Math.min(orgEnd, stream.sender().window().edge());
      if (stream.edits().isKeptFrom(stream.acknowledged())) {
        stream.edits().commit().requestCustody(wantedEnd);
      }
      stream.sender().gapFill().awaitAck(newFillerEnd, wantedEnd);
      stream.receiver().retransmit().allowAtLeast(stream.newEnd() - stream.acknowledged());
    }
  }

  /**
   * Where the output of a segment that ends at {@code orgEnd} ends. If it ends inside an edit, as
   * many octets of the edit count as the segment has in it: the rest had to wait for the gap.
   */
  private static long newFillerEnd(OffsetMap map, long orgEnd) {
    long cut = map.down(orgEnd);
    long newEnd = map.dataEnd(orgEnd);
    return cut == orgEnd ? newEnd : Math.min(newEnd, map.before(cut) + (orgEnd - cut));
  }

  private static long arrivedEnd(Stream stream) {
    return Math.max(stream.heldEnd(), stream.sender().delayed().contiguousEnd(stream.heldEnd()));
  }

  private void acceptFin(Segment segment, Stream stream) {
    long orgFin = segment.orgFin();
    FinMap fin = stream.edits().fin();
    boolean answered = !fin.isReleased() || ForwardPath.isFinAnswered(segment);
    boolean retransmitted = fin.isKnown() && answered;
    if (retransmitted && segment.length() == 0 && duties.actsAsEndpoint(segment.connection())) {
      stream.receiver().retransmit().attempts().request();
      stream.sender().pendingAcks().requestAck(segment.nowNanos());
    }
    boolean isBefore = segment.connection().isPickedUp() && stream.edits().isFinBefore(orgFin);
    boolean accepted = stream.acceptFin(segment.orgStart(), orgFin);
    if (!accepted && !isBefore && !stream.edits().isFinAmongOpaque(orgFin)) {
      counters.count(Reason.OUT_OF_WINDOW);
    }
    if (orgFin > stream.heldEnd()) {
      stream.sender().waitTimes().noteGap(segment.nowNanos());
    }
    segment.connection().seen().markFinished(segment.direction());
    FinWait.restart(segment);
  }
}
