package dev.midstream.reassembly.path;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.lifecycle.ChecksumCheck;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.ResetReply;

/** Drops the packets of refused connections, or answers each with one packet. */
public final class RefusedPath {
  private final Vantage vantage;
  private final Counters counters;
  private final ResetReply resetReply;
  private final MidStreamReset midStreamReset;

  public RefusedPath(Vantage vantage, Counters counters, PacketBuilders builders) {
    this.vantage = vantage;
    this.counters = counters;
    resetReply = builders.resets();
    midStreamReset = new MidStreamReset(builders);
  }

  /** Processes the segment that {@code view} stands on, of a refused connection. */
  public Disposition process(
      Connection connection, FrameView view, long nowNanos, PacketOutput out) {
    Reason reason = connection.refusal();
    boolean midStream =
        vantage == Vantage.INLINE
            && (reason == Reason.MID_STREAM
                || reason == Reason.NOT_WHOLE
                || reason == Reason.ONE_SIDED);
    boolean replies = connection.handling() == Handling.REJECTED && (midStream || !view.isRst());
    if (replies && ChecksumCheck.isDamaged(vantage, view)) {
      counters.count(Reason.BAD_CHECKSUM);
      return Disposition.TAKEN;
    }
    counters.count(reason);
    if (!replies) {
      return Disposition.TAKEN;
    }
    if (midStream && !view.isSyn()) {
      return resetMidStream(connection, view, nowNanos, out);
    }
    out.emit(resetReply.to(view));
    return Disposition.TAKEN;
  }

  /**
   * Answers a segment of a connection whose opening was seen in part. Nothing has shifted its
   * numbers, so a RST passes: it may be the reply to a probe.
   */
  private Disposition resetMidStream(
      Connection connection, FrameView view, long nowNanos, PacketOutput out) {
    if (connection.state() != ConnectionState.TOMBSTONE) {
      connection.enterTombstone(connection.refusal(), nowNanos);
    }
    return view.isRst() ? Disposition.FORWARD : midStreamReset.answer(view, nowNanos, out);
  }
}
