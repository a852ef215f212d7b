package dev.midstream.reassembly.path;

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
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Pacer;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Takes one segment of an edited connection along the path: headers, admission, delivery, emission.
 * What the engine will owe to either end (custody of octets it acknowledged itself) has its place
 * between delivery and emission; what it will say in an end's name (acknowledgements of its own)
 * comes with the remainder, after emission.
 */
final class EditedPath {
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
  private final RetransmissionPath retransmissions;
  private final OrderedOutput behind = new OrderedOutput();

  EditedPath(Stages stages) {
    inline = stages.configuration().vantage() == Vantage.INLINE;
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
    forward = new ForwardPath(stages);
    retransmissions = new RetransmissionPath(stages, forward);
  }

  /** Takes a segment whose connection has both streams, and that is no RST. */
  Disposition take(Segment segment) {
    Connection connection = segment.connection();
    Stream stream = segment.stream();
    boolean refused = refuses(segment);
    Stream reverse = segment.reverse();
    boolean rested = connection.isAtRest();
    connection.atRest(false);
    step(stream, refused ? 0 : Pacer.stepBytes(segment.length()));
    step(reverse, 0);
    long acknowledged = reverse.acknowledged();
    Disposition disposition = refused ? Disposition.TAKEN : goOn(segment, stream);
    if (reverse.headers().hasSuperSegments()) {
      step(reverse, reverse.acknowledged() - acknowledged);
    }
    PacketOutput output = behind.begin(segment, disposition);
    boolean passed = rested && segment.isPlain() && disposition == Disposition.FORWARD;
    if (passed && duties.followPlain(connection, segment.nowNanos())) {
      return disposition;
    }
    long timeNanos = segment.packet().timeNanos();
    drain.sendAll(connection, timeNanos, output);
    duties.follow(connection, segment.nowNanos(), timeNanos, output);
    return behind.disposition();
  }

  private void step(Stream stream, long leastBytes) {
    if (inline && stream.receiver().pacer().isOn()) {
      stream
          .receiver()
          .pacer()
          .step(stream.releasedEnd(), emission.measurePieceBytes(stream), leastBytes);
    }
  }

  private Disposition goOn(Segment segment, Stream stream) {
    if (segment.connection().isPickedUp() && !stream.headers().isTemplateKnown()) {
      stream.beginAt(segment.orgStart());
    }
    headers.rewrite(segment);
    if (segment.advertisesMore()) {
      segment.reverse().receiver().retransmit().probesAnswered();
    }
    stream.headers().ecn().onSegment(segment.view().ecn());
    if (segment.packet().gsoBytes() > 0) {
      stream.headers().noteSuperSegments();
    }
    if (!stream.headers().capture(segment.view(), segment.carriedBytes())) {
      delivery
          .endOfEditing()
          .connection(segment.connection(), Reason.MALFORMED, "headers too long, or cut off");
    }
    Disposition disposition = carry(segment, stream);
    if (inline && disposition == Disposition.FORWARD) {
      segment.editor().ecn(stream.headers().ecn().takeMark(segment.view().ecn()));
    }
    return disposition;
  }

  /** Whether nothing of a segment is believed; its sender is told where things stand. */
  private boolean refuses(Segment segment) {
    Reason refusal = acceptability.refusal(segment);
    if (refusal != null) {
      counters.count(refusal);
      answerRefused(segment, refusal);
      return true;
    }
    if (hopLimits.filter(segment)) {
      return true;
    }
    acceptability.updateTsRecent(segment);
    return false;
  }

  private static void answerRefused(Segment segment, Reason refusal) {
    if (refusal == Reason.MALFORMED) {
      return;
    }
    Stream stream = segment.stream();
    boolean tells = segment.length() > 0 || segment.view().isFin();
    if (tells && segment.orgEnd() <= stream.sender().advertised()) {
      stream
          .sender()
          .pendingAcks()
          .requestDsack(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
    } else if (tells || refusal == Reason.ACK_BEYOND_SENT) {
      stream.sender().pendingAcks().requestAck(segment.nowNanos());
    }
  }

  private Disposition carry(Segment segment, Stream stream) {
    Reason probe = forward.probe(segment);
    if (probe != null) {
      counters.count(probe);
      return forward.sendProbe(segment);
    }
    if (isBeforePickUp(segment)) {
      return Disposition.FORWARD;
    }
    long heldBefore = stream.heldEnd();
    long releasedBefore = stream.releasedEnd();
    long offsetBefore = stream.edits().commands().offset();
    long editedBefore = stream.edits().commands().orgEnd();
    AdmissionVerdict admitted = admission.admit(segment);
    segment.plain(isPlain(segment, admitted));
    deliver(segment, stream, admitted);
    rewriteUrgent(segment);
    boolean unedited =
        stream.edits().commands().orgEnd() == editedBefore
            && stream.edits().commands().offset() == offsetBefore;
    return switch (admitted) {
      case EMPTY -> forward.sendEmpty(segment, stream);
      case NEXT -> forward.sendNext(segment, stream, heldBefore, releasedBefore, unedited);
      case KNOWN -> retransmissions.send(segment);
      case OPAQUE, STRANDED -> forward.sendOpaque(segment, stream, heldBefore);
      case BEYOND_END -> emission.sendBeyondEnd(segment);
      case DELAYED, REFUSED -> {
        if (inline) {
          stream.sender().waitTimes().awaitFillerAck(stream.heldEnd(), segment.nowNanos());
          answerDelayed(segment, stream, admitted == AdmissionVerdict.DELAYED);
        }
        yield forward.withhold(segment);
      }
      case DISPUTED -> sendDisputed(segment, stream, heldBefore);
      case NO_ROOM -> sendKnown(segment, stream, heldBefore);
    };
  }

  /** Whether a segment brings only what is next, and tells nothing that is noted for later. */
  private static boolean isPlain(Segment segment, AdmissionVerdict admitted) {
    return switch (admitted) {
      case EMPTY, NEXT -> segment.view().options().isPlain();
      case KNOWN, OPAQUE, STRANDED, BEYOND_END, DELAYED, DISPUTED, REFUSED, NO_ROOM -> false;
    };
  }

  /** What of a segment is known leaves again; what is new leaves with what it was kept beside. */
  private Disposition sendDisputed(Segment segment, Stream stream, long orgKnownEnd) {
    if (inline) {
      stream.sender().waitTimes().awaitFillerAck(arrivedEnd(stream), segment.nowNanos());
    }
    if (segment.orgStart() < orgKnownEnd) {
      segment.cutTo(orgKnownEnd);
      return retransmissions.send(segment);
    }
    return forward.withhold(segment);
  }

  /** Of a segment whose rest finds no room; its sender repeats that. */
  private Disposition sendKnown(Segment segment, Stream stream, long orgKnownEnd) {
    if (segment.orgStart() < orgKnownEnd) {
      segment.cutTo(orgKnownEnd);
      return retransmissions.send(segment);
    }
    stream.sender().pendingAcks().requestAck(segment.nowNanos());
    return forward.withhold(segment);
  }

  /** Without SACK the sender counts its segments that came, whatever they came in. */
  private static void answerDelayed(Segment segment, Stream stream, boolean kept) {
    long end = kept ? segment.orgEnd() : segment.orgStart();
    int most = stream.receiver().mssBytes();
    int segments =
        segment.connection().handshakes().isSackAgreed() ? 1 : Math.ceilDiv(segment.length(), most);
    for (int i = 0; i < Math.max(1, segments); i++) {
      stream.sender().pendingAcks().addDelayed(segment.orgStart(), end, segment.nowNanos());
    }
  }

  /** Octets from before the pick-up keep their numbers; nobody was shown them. */
  private static boolean isBeforePickUp(Segment segment) {
    long presentEnd = segment.orgStart() + segment.view().presentPayloadLength();
    return segment.connection().isPickedUp() && segment.length() > 0 && presentEnd <= 0;
  }

  private void rewriteUrgent(Segment segment) {
    if (segment.view().isUrg()) {
      headers.rewriteUrgent(segment);
    }
  }

  private void deliver(Segment segment, Stream stream, AdmissionVerdict admitted) {
    if (segment.view().isFin() && isTaken(admitted)) {
      finArrives(segment, stream);
    }
    switch (admitted) {
      case NEXT -> acceptNext(segment, stream);
      case OPAQUE -> {
        stream.edits().opaque().skipTo(segment.orgEnd());
        delivery.resume(segment.connection(), segment.direction());
      }
      case STRANDED -> {
        drain.strand(
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
      case NO_ROOM -> delivery.leaveOut(segment);
      case REFUSED, BEYOND_END -> {}
    }
  }

  private static boolean isTaken(AdmissionVerdict admitted) {
    return switch (admitted) {
      case REFUSED, NO_ROOM, BEYOND_END -> false;
      case EMPTY, NEXT, KNOWN, OPAQUE, DELAYED, DISPUTED, STRANDED -> true;
    };
  }

  /** What waited behind the gap that a segment fills leaves behind it, step by step. */
  private void acceptNext(Segment segment, Stream stream) {
    hopLimits.normalize(segment);
    boolean repeatsHeld =
        segment.orgStart() < stream.heldEnd() && stream.sender().undecided().length() > 0;
    delivery.accept(segment, nextFrom(segment, stream));
    if (!inline) {
      return;
    }
    if (repeatsHeld) {
      custody.onRetransmission(segment.connection(), stream);
    }
    boolean filled =
        stream.heldEnd() > segment.orgEnd() || delivery.isDelayedNext(segment.connection(), stream);
    if (filled) {
      fill(segment, stream);
    }
    if (filled || !stream.sender().delayed().isEmpty()) {
      stream.sender().waitTimes().awaitFillerAck(arrivedEnd(stream), segment.nowNanos());
    }
  }

  private void fill(Segment segment, Stream stream) {
    long newFillerEnd = stream.edits().map().dataEnd(segment.orgEnd());
    long orgEnd = arrivedEnd(stream);
    int pieceBytes = emission.measurePieceBytes(stream);
    if (!stream.receiver().pacer().isOn()) {
      stream.receiver().pacer().begin(newFillerEnd, pieceBytes);
    }
    if (orgEnd - segment.orgEnd() > Pacer.stepBytes(pieceBytes)) {
      long here = Math.min(orgEnd, stream.sender().window().edge());
      long kept = custody.requestCopy(segment.connection(), stream, here);
      stream.sender().custody().awaitFillerAck(newFillerEnd, kept);
      stream.receiver().retransmit().allowAtLeast(stream.newEnd() - stream.acknowledged());
    }
  }

  private static long arrivedEnd(Stream stream) {
    return Math.max(stream.heldEnd(), stream.sender().delayed().contiguousEnd(stream.heldEnd()));
  }

  /**
   * The first octet of a segment that is new; in an opaque span what is missing is not waited for.
   */
  static long nextFrom(Segment segment, Stream stream) {
    return Math.max(segment.orgStart(), stream.heldEnd());
  }

  private void finArrives(Segment segment, Stream stream) {
    long orgFin = segment.orgFin();
    boolean again = stream.edits().fin().isKnown() && !stream.edits().fin().isReleased();
    if (inline && again && segment.length() == 0) {
      stream.sender().pendingAcks().requestAck(segment.nowNanos());
    }
    boolean fits = orgFin >= stream.sender().orgSeenEnd() || stream.edits().fin().isKnown();
    if (!fits || !stream.edits().fin().arrive(orgFin)) {
      counters.count(Reason.OUT_OF_WINDOW);
    }
    if (orgFin > stream.heldEnd()) {
      stream.sender().waitTimes().gapSince(segment.nowNanos());
    }
    segment.connection().finished(segment.direction());
  }
}
