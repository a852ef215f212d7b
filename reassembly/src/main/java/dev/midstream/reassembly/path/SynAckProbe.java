package dev.midstream.reassembly.path;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Asks an end whether it has got a SYN-ACK that may not pass. The SYN-ACK leaves without its SYN:
 * an end that has got it answers with the ACK that its sender waits for (RFC 9293 section
 * 3.10.7.4). One that still waits for it drops the probe (section 3.10.7.3), and repeats its SYN.
 * Not thread-safe.
 */
public final class SynAckProbe {
  private static final int MAX_SCALE = 14;

  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  /**
   * Sends the probe for the SYN-ACK that {@code view} stands on to {@code out}. None leaves if the
   * headers are too long to keep.
   */
  public void send(FrameView view, long nowNanos, PacketOutput out) {
    if (!template.capture(view)) {
      return;
    }
    // No stack must take the window, which is not scaled in a SYN, for a larger one.
    int scale = Math.clamp(view.options().windowScale(), 0, MAX_SCALE);
    builder
        .from(template)
        .leg(template.leg().opposite())
        .flags(TcpFlags.ACK)
        .window(view.windowField() >> scale)
        .urgentPointer(0)
        .ecn(0)
        .withoutSynOptions();
    out.emit(builder.build(nowNanos));
  }
}
