package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.ProbeRule;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.AcknowledgementRewrite;
import dev.midstream.reassembly.stream.PendingAcks;
import dev.midstream.reassembly.stream.ReceiverSide;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;

/**
 * Processes segments whose octets are all known. Octets that were sent are sent again as in their
 * first copy. For octets that were not sent, their sender gets an acknowledgement.
 */
final class RetransmissionPath {
  private final boolean inline;
  private final Counters counters;
  private final Emission emission;
  private final CustodyPolicy custody;
  private final AcknowledgementRewrite acknowledgements;
  private final ForwardPath forward;
  private final RepeatLimit repeats;

  RetransmissionPath(Stages stages, ForwardPath forward) {
    this.forward = forward;
    repeats = new RepeatLimit(stages);
    inline = stages.isInline();
    counters = stages.counters();
    emission = stages.emission();
    custody = stages.custody();
    acknowledgements = stages.headers().acknowledgements();
  }

  /**
   * Where the first copies of a retransmitted segment start. Octets are not sent again that were
   * acknowledged, or of which no copy is left.
   */
  static long retransmittedFrom(Segment segment, Stream stream) {
    long keptFrom = keptFrom(stream);
    if (segment.connection().isPickedUp() && segment.orgStart() < 0 && keptFrom == 0) {
      return segment.orgStart();
    }
    return Math.max(stream.edits().map().dataStart(segment.orgStart()), keptFrom);
  }

  /** The end of the octets that are not kept any more. */
  static long keptFrom(Stream stream) {
    long droppedBelow = stream.receiver().sendWindow().droppedBelow();
    return Math.max(stream.edits().firstCopies().freedBelow(), droppedBelow);
  }

  /** Sends the octets of the segment that may leave again. */
  Disposition send(Segment segment) {
    Stream stream = segment.stream();
    long from = Math.min(retransmittedFrom(segment, stream), stream.releasedEnd());
    long to = Math.min(stream.edits().map().dataEnd(segment.orgEnd()), stream.releasedEnd());
    emission.updateLimits(segment.connection(), stream);
    long sendableEnd = emission.sendable(segment.connection(), stream);
    if (to >= Math.min(stream.releasedEnd(), sendableEnd)) {
      to = sendableEnd;
    }
    boolean waits =
        inline
            && ProbeRule.hitsWaiting(
                stream.edits().map(), segment.orgStart(), segment.length(), sendableEnd);
    if (waits
        && from >= to
        && emission.whyWaiting(segment.connection(), stream) != Reason.WINDOW_FULL) {
      counters.count(emission.whyWaiting(segment.connection(), stream));
      return forward.withhold(segment);
    }
    if (waits) {
      custody.onWaitingRetransmission(segment.connection(), stream);
      acknowledgeWaiting(segment, stream);
    }
    if (from >= to) {
      return waits ? forward.sendProbe(segment) : sendNoOctets(segment, stream, to);
    }
    counters.count(Reason.RETRANSMISSION);
    if (inline && segment.orgEnd() > stream.decided()) {
      custody.onRetransmission(segment.connection(), stream);
    }
    return emission.send(segment, from, repeats.shorten(segment, from, to), false);
  }

  /**
   * Acknowledges a segment that hits output that waits for the window. The segment, or the probe
   * that is sent in its place, causes another acknowledgement of the receiver. Only one of both may
   * reach the sender, or it would count a duplicate too many.
   */
  private static void acknowledgeWaiting(Segment segment, Stream stream) {
    boolean answered = stream.sender().pendingAcks().requestAck(segment.nowNanos());
    ReceiverSide receiver = stream.receiver();
    receiver.retransmit().attempts().request();
    ForwardPath.expectAnswer(answered ? receiver.ownAnswers() : receiver.probeAnswers(), segment);
  }

  /**
   * Handles a segment of which no octet may leave again. A FIN is retransmitted, because the engine
   * does not retransmit it on its own.
   */
  private Disposition sendNoOctets(Segment segment, Stream stream, long newTo) {
    long end = stream.releasedEnd();
    boolean finAnswered = ForwardPath.isFinAnswered(segment);
    boolean finRetransmitted =
        segment.view().isFin() && stream.edits().fin().isReleased() && !finAnswered;
    if (finRetransmitted || stream.edits().isFinPending(end)) {
      counters.count(Reason.RETRANSMISSION);
      return emission.send(segment, end, end, false);
    }
    if (segment.view().isFin() && stream.edits().isFinAmongOpaque(segment.orgFin())) {
      return forward.sendFinAmongOpaque(segment, stream);
    }
    long keptFrom = keptFrom(stream);
    boolean belowWindow = keptFrom > 0 && newTo <= keptFrom;
    boolean held = segment.orgEnd() > stream.decided();
    boolean finWaits = segment.view().isFin() && stream.edits().isFinKeptBack(end);
    Reason known = belowWindow ? Reason.BELOW_WINDOW : Reason.RETRANSMISSION;
    Reason reason = finWaits ? Reason.COMMIT_AWAITED : known;
    counters.count(finAnswered ? Reason.ABSORBED : held ? Reason.HELD : reason);
    if (inline && belowWindow && segment.connection().isPickedUp()) {
      return forward.forwardProbe(segment);
    }
    if (inline) {
      acknowledgeRetransmitted(segment, stream, held);
    }
    return forward.withhold(segment);
  }

  /**
   * Acknowledges a retransmitted segment that is not forwarded; no other acknowledgement would
   * reach its sender.
   */
  private void acknowledgeRetransmitted(Segment segment, Stream stream, boolean held) {
    PendingAcks acks = stream.sender().pendingAcks();
    if (held) {
      custody.onRetransmission(segment.connection(), stream);
    }
    boolean known = segment.orgEnd() <= stream.sender().advertised();
    if (!held
        && !known
        && acknowledgements.advertise(segment.connection(), stream) >= segment.orgEnd()) {
      // What follows the deleted octets may be lost, and with it their ACK.
      return;
    }
    if (known || segment.orgEnd() <= stream.edits().custodyEnd()) {
      acks.requestDsack(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
    } else if (held) {
      acks.requestAck(segment.nowNanos());
    } else if (ForwardPath.isDeletionCommitted(segment)) {
      acks.addDeleted(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
    }
  }
}
