package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.ProbeRule;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;

/**
 * Takes segments whose octets are all known: what left of them leaves again with its first copy; of
 * what did not, its sender is told where things stand.
 */
final class RetransmissionPath {
  private final boolean inline;
  private final Counters counters;
  private final Emission emission;
  private final CustodyPolicy custody;
  private final ForwardPath forward;

  RetransmissionPath(Stages stages, ForwardPath forward) {
    this.forward = forward;
    inline = stages.configuration().vantage() == Vantage.INLINE;
    counters = stages.counters();
    emission = stages.emission();
    custody = stages.custody();
  }

  /** Where the first copies of a repeated segment start; what is acknowledged is not repeated. */
  static long repeatedFrom(Segment segment, Stream stream) {
    long freedBelow = stream.edits().firstCopies().freedBelow();
    if (segment.connection().isPickedUp() && segment.orgStart() < 0 && freedBelow == 0) {
      return segment.orgStart();
    }
    return Math.max(stream.edits().map().dataStart(segment.orgStart()), freedBelow);
  }

  /** Sends what may leave of a segment whose octets are all known. */
  Disposition send(Segment segment) {
    Stream stream = segment.stream();
    long from = Math.min(repeatedFrom(segment, stream), stream.releasedEnd());
    long to = Math.min(stream.edits().map().dataEnd(segment.orgEnd()), stream.releasedEnd());
    emission.openWindow(segment.connection(), stream);
    long open = emission.releasable(segment.connection(), stream);
    if (open > stream.releasedEnd() && to >= stream.releasedEnd()) {
      to = open;
    }
    boolean waits =
        inline
            && ProbeRule.hitsWaiting(
                stream.edits().map(), segment.orgStart(), segment.length(), Math.max(to, open));
    if (waits) {
      custody.onWaitingRetransmission(segment.connection(), stream);
      stream.sender().pendingAcks().requestAck(segment.nowNanos());
    }
    if (from >= to) {
      return waits ? forward.sendProbe(segment) : repeatNothing(segment, stream, to);
    }
    counters.count(Reason.RETRANSMISSION);
    if (inline && segment.orgEnd() > stream.decided()) {
      custody.onRetransmission(segment.connection(), stream);
    }
    stream.receiver().rtt().retransmitted(from);
    return emission.send(segment, from, to, false);
  }

  /** None of the octets leaves again, but a FIN does: nobody else would repeat it. */
  private Disposition repeatNothing(Segment segment, Stream stream, long newTo) {
    long end = stream.releasedEnd();
    boolean finAgain = segment.view().isFin() && stream.edits().fin().isReleased();
    if (finAgain || stream.edits().fin().isPending(end)) {
      counters.count(Reason.RETRANSMISSION);
      return emission.send(segment, end, end, false);
    }
    long freedBelow = stream.edits().firstCopies().freedBelow();
    boolean below = freedBelow > 0 && newTo <= freedBelow;
    boolean held = segment.orgEnd() > stream.decided();
    Reason passed = below ? Reason.BELOW_WINDOW : Reason.RETRANSMISSION;
    counters.count(held ? Reason.HELD : passed);
    if (inline) {
      answerRepeated(segment, stream, held);
    }
    return forward.withhold(segment);
  }

  /** Nothing of a repeated segment goes on: its sender hears of it from nobody else. */
  private void answerRepeated(Segment segment, Stream stream, boolean held) {
    if (held) {
      custody.onRetransmission(segment.connection(), stream);
    }
    if (segment.orgEnd() <= stream.edits().custodyEnd()
        || segment.orgEnd() <= stream.sender().advertised()) {
      stream
          .sender()
          .pendingAcks()
          .requestDsack(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
    } else if (held) {
      stream.sender().pendingAcks().requestAck(segment.nowNanos());
    } else {
      stream
          .sender()
          .pendingAcks()
          .addDeleted(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
    }
  }
}
