package dev.midstream.reassembly.path;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.stream.TimeWaitStream;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Processes a segment of an edited connection after both FINs were acknowledged. Both endpoints
 * have everything. A retransmitted segment only asks for an acknowledgement, so it is forwarded
 * without octets, with the final numbers.
 */
final class TimeWaitPath {
  private final Counters counters;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder;

  TimeWaitPath(Counters counters, SegmentBuilder builder) {
    this.counters = counters;
    this.builder = builder;
  }

  Disposition process(Segment segment, TimeWait timeWait) {
    TimeWaitStream own = timeWait.stream(segment.direction());
    TimeWaitStream other = timeWait.stream(segment.direction().opposite());
    FrameView view = segment.view();
    long distance = own.orgPosition(view.sequence()) - own.orgNext();
    Reason refusal = refusal(view, other, distance);
    if (view.isSyn()) {
      // A retransmitted SYN that came late and was counted; its fields are out of date.
      return Disposition.TAKEN;
    }
    if (!template.capture(view)) {
      refusal = Reason.MALFORMED;
    }
    if (refusal != null) {
      counters.count(refusal);
      return mayAnswerOther(segment) ? Disposition.FORWARD : Disposition.TAKEN;
    }
    boolean retransmitted = distance < 0;
    if (view.isRst() || retransmitted) {
      counters.count(retransmitted ? Reason.RETRANSMISSION : Reason.RESET);
    }
    send(segment, own, other, !retransmitted);
    return Disposition.TAKEN;
  }

  /**
   * Whether a RST may answer a SYN-ACK that passed because it belongs to one of the openings of the
   * same ends that competed with this one. Here it ends nothing that is not over.
   */
  private static boolean mayAnswerOther(Segment segment) {
    return segment.view().isRst() && segment.connection().handshakes().hasCompeting();
  }

  private static @Nullable Reason refusal(FrameView view, TimeWaitStream other, long distance) {
    if (view.isRst()) {
      return distance == 0 ? null : Reason.RESET_INVALID;
    }
    if (!view.isAck() || !other.isAcknowledgedBy(view.acknowledgement())) {
      return Reason.BELOW_WINDOW;
    }
    long end = distance + view.payloadLength() + (view.isFin() ? 1 : 0);
    return end > 0 ? Reason.OUT_OF_WINDOW : null;
  }

  private void send(Segment segment, TimeWaitStream own, TimeWaitStream other, boolean inOrder) {
    FrameView view = segment.view();
    builder
        .from(template)
        .leg(template.leg().opposite())
        .sequence(own.newSequence(inOrder))
        .flags(view.flags() & ~(TcpFlags.PSH | TcpFlags.URG))
        .urgentPointer(0)
        .withoutSack();
    if (view.payloadLength() > 0) {
      // ECT was for the octets (RFC 3168 section 6.1.4).
      builder.ecn(0);
    }
    if (other.isShifted()) {
      builder.withoutAccurateEcn();
    }
    if (view.isAck()) {
      builder.acknowledgement(other.acknowledgement());
    }
    if (!view.isRst()) {
      builder.window(other.advertiseWindow(view.windowField()));
    }
    if (view.options().hasTimestamps()) {
      own.updateTimestamps(view.options().timestampValue(), view.options().timestampEcho());
      builder.timestamps(own.timestampValue(), own.timestampEcho());
    }
    segment.output().emit(builder.build(segment.packet().timeNanos()));
  }
}
