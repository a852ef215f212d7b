package dev.midstream.reassembly.path;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.lifecycle.ChecksumCheck;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.ResetReply;
import dev.midstream.wire.segment.SegmentBuilder;

/** Drops the packets of refused connections, or answers them as a closed port does. */
public final class RefusedPath {
  private final Vantage vantage;
  private final Counters counters;
  private final ResetReply resetReply = new ResetReply();
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  public RefusedPath(Vantage vantage, Counters counters) {
    this.vantage = vantage;
    this.counters = counters;
  }

  /** Processes the segment that {@code view} stands on. */
  public Disposition process(
      Connection connection, FrameView view, long nowNanos, PacketOutput out) {
    boolean replies = connection.handling() == Handling.REJECTED && !view.isRst();
    if (replies && ChecksumCheck.isDamaged(vantage, view)) {
      counters.count(Reason.BAD_CHECKSUM);
      return Disposition.TAKEN;
    }
    counters.count(connection.refusal());
    if (replies) {
      out.emit(resetReply.to(view));
      resetOther(connection, view, nowNanos, out);
    }
    return Disposition.TAKEN;
  }

  /**
   * Resets the other endpoint too, once, if the opening of the connection was not seen inline. The
   * RST carries the sequence number of the dropped segment. If edits have shifted that number, it
   * may be outside the window, and the endpoint ignores the RST. An empty segment therefore
   * follows, which the endpoint must answer (RFC 9293 section 3.10.7.4). Its answer acknowledges
   * the exact number, and the tombstone resets it with that.
   */
  private void resetOther(Connection connection, FrameView view, long nowNanos, PacketOutput out) {
    boolean midStream =
        connection.refusal() == Reason.MID_STREAM || connection.refusal() == Reason.NOT_WHOLE;
    boolean first = midStream && connection.state() != ConnectionState.TOMBSTONE;
    if (vantage == Vantage.RECORDING || !first || view.isSyn()) {
      return;
    }
    if (view.isAck() && template.capture(view)) {
      builder
          .from(template)
          .leg(template.leg().opposite())
          .flags(TcpFlags.RST | TcpFlags.ACK)
          .urgentPointer(0)
          .withoutSack();
      out.emit(builder.build(nowNanos));
      out.emit(builder.flags(TcpFlags.ACK).build(nowNanos));
    }
    connection.enterTombstone(connection.refusal(), nowNanos);
  }
}
