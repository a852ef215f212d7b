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
 * Takes a segment of an edited connection behind both acknowledged FINs. Each end has everything:
 * what is repeated only wants an answer, so it goes on without octets, with the last numbers.
 */
final class TimeWaitPath {
  private final Counters counters;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  TimeWaitPath(Counters counters) {
    this.counters = counters;
  }

  Disposition take(Segment segment, TimeWait finished) {
    TimeWaitStream own = finished.stream(segment.direction());
    TimeWaitStream other = finished.stream(segment.direction().opposite());
    FrameView view = segment.view();
    long behind = own.orgPosition(view.sequence()) - own.orgNext();
    Reason refusal = view.isRst() ? ofReset(behind) : ofOthers(view, other, behind);
    if (view.isSyn()) {
      // One that is known, come late and counted as such: what it says is out of date.
      return Disposition.TAKEN;
    }
    if (!template.capture(view)) {
      refusal = Reason.MALFORMED;
    }
    if (refusal != null) {
      counters.count(refusal);
      return Disposition.TAKEN;
    }
    boolean repeats = behind < 0;
    if (view.isRst() || repeats) {
      counters.count(repeats ? Reason.RETRANSMISSION : Reason.RESET);
    }
    send(segment, own, other, !repeats);
    return Disposition.TAKEN;
  }

  private static @Nullable Reason ofReset(long behind) {
    return behind == 0 ? null : Reason.RESET_INVALID;
  }

  private static @Nullable Reason ofOthers(FrameView view, TimeWaitStream other, long behind) {
    if (!view.isAck() || !other.isAcknowledgedBy(view.acknowledgement())) {
      return Reason.BELOW_WINDOW;
    }
    long end = behind + view.payloadLength() + (view.isFin() ? 1 : 0);
    return end > 0 ? Reason.OUT_OF_WINDOW : null;
  }

  private void send(Segment segment, TimeWaitStream own, TimeWaitStream other, boolean next) {
    FrameView view = segment.view();
    builder
        .from(template)
        .leg(template.leg().opposite())
        .sequence(own.newSequence(next))
        .flags(view.flags() & ~(TcpFlags.PSH | TcpFlags.URG))
        .urgentPointer(0)
        .withoutSack();
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
