package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.admit.AcceptabilityCheck;
import dev.midstream.reassembly.admit.HopLimitCheck;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.SenderSide;
import dev.midstream.reassembly.stream.Stream;

/** Refuses segments that their receiver would drop. */
final class RefusalPath {
  private final AcceptabilityCheck acceptability;
  private final HopLimitCheck hopLimits;
  private final Counters counters;

  RefusalPath(AcceptabilityCheck acceptability, HopLimitCheck hopLimits, Counters counters) {
    this.acceptability = acceptability;
    this.hopLimits = hopLimits;
    this.counters = counters;
  }

  /**
   * Refuses an unacceptable segment and schedules the acknowledgement that RFC 9293 section
   * 3.10.7.4 asks for. Accepts the fields of any other segment.
   *
   * @return whether the segment is refused
   */
  boolean refuse(Segment segment) {
    Reason refusal = acceptability.refusal(segment);
    if (refusal != null) {
      counters.count(refusal);
      acknowledgeRefused(segment, refusal);
      return true;
    }
    if (hopLimits.filter(segment)) {
      return true;
    }
    acceptability.updateTsRecent(segment);
    return false;
  }

  /**
   * Schedules the acknowledgement that answers a refused segment. The server gets none before the
   * handshake is complete, because that would complete it.
   */
  private static void acknowledgeRefused(Segment segment, Reason refusal) {
    boolean completes =
        segment.connection().state() == ConnectionState.OPENING
            && segment.direction() == Direction.SERVER_TO_CLIENT;
    if (completes || refusal == Reason.MALFORMED || refusal == Reason.MISSING_TIMESTAMP) {
      return;
    }
    noteNextRefused(segment);
    SenderSide sender = segment.stream().sender();
    boolean occupiesSequence = segment.length() > 0 || segment.view().isFin();
    if (occupiesSequence && segment.orgEnd() <= sender.advertised()) {
      sender.pendingAcks().requestDsack(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
    } else if (occupiesSequence || refusal == Reason.ACK_BEYOND_SENT) {
      sender.pendingAcks().requestAck(segment.nowNanos());
    }
  }

  /**
   * Notes that a refused segment has what follows the held octets: its sender is not silent. Others
   * show nothing, so that a blind guess does not prolong the hold.
   */
  private static void noteNextRefused(Segment segment) {
    Stream stream = segment.stream();
    if (segment.orgStart() <= stream.heldEnd() && segment.orgEnd() > stream.heldEnd()) {
      stream.sender().waitTimes().noteNextRefused(segment.orgEnd());
    }
  }
}
