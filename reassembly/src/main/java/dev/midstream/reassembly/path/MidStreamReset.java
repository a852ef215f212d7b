package dev.midstream.reassembly.path;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.ResetReply;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Ends connections at both endpoints whose opening was not seen. Each segment is answered with one
 * packet without payload, and nothing is kept, so forged segments reach no more than the same
 * segments sent directly (RFC 5961 section 10).
 */
public final class MidStreamReset {
  /*
   * Only a segment of an endpoint tells which number that endpoint expects, and an endpoint that
   * was reset sends none. So the one that sends octets is reset last, by the other one:
   *
   *   server                 engine                 client
   *   octets        ------>  probe         ------>
   *                          acknowledges  <------  what it received
   *                          RST           ------>  is reset
   *   octets again  ------>  probe         ------>
   *   is reset      <------  RST           <------  does not know the connection
   */

  /**
   * Distance of a probe below the segment that caused it. It is larger than any window, also after
   * an edit has shifted the numbers: an endpoint answers what lies outside (RFC 9293 section
   * 3.10.7.4).
   */
  private static final int OLD_BYTES = 1 << 30;

  private final ResetReply resetReply;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder;

  public MidStreamReset(PacketBuilders builders) {
    resetReply = builders.resets();
    builder = builders.segments();
  }

  /** Answers the segment that {@code view} stands on, which is neither a SYN nor a RST. */
  public Disposition answer(FrameView view, long nowNanos, PacketOutput out) {
    boolean occupiesSequence = view.payloadLength() > 0 || view.isFin();
    if (!view.isAck() || !occupiesSequence || !template.capture(view)) {
      out.emit(resetReply.to(view));
      return Disposition.TAKEN;
    }
    builder
        .from(template)
        .leg(template.leg().opposite())
        .sequence(view.sequence() - OLD_BYTES)
        .flags(TcpFlags.ACK)
        .urgentPointer(0)
        // ECT was for the octets (RFC 3168 section 6.1.4).
        .ecn(0)
        .withoutSack();
    out.emit(builder.build(nowNanos));
    return Disposition.TAKEN;
  }
}
