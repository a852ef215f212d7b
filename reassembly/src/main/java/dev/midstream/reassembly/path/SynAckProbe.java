package dev.midstream.reassembly.path;

import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Asks an end whether it has got a SYN-ACK that may not pass. An empty segment leaves in its place,
 * one number lower, so that its window does not count (RFC 9293 section 3.10.7.4): an end that has
 * got the SYN-ACK answers with the ACK that its sender waits for. One that still waits for it drops
 * the probe (section 3.10.7.3), and repeats its SYN. Not thread-safe.
 */
public final class SynAckProbe {
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder;

  /** Builds the probes by {@code builder}. */
  public SynAckProbe(SegmentBuilder builder) {
    this.builder = builder;
  }

  /**
   * Sends the probe for the SYN-ACK that {@code view} stands on to {@code out}. None leaves if the
   * headers are too long to keep.
   */
  public void send(FrameView view, long nowNanos, PacketOutput out) {
    if (!template.capture(view)) {
      return;
    }
    builder
        .from(template)
        .leg(template.leg().opposite())
        .sequence(view.sequence() - 1)
        .flags(TcpFlags.ACK)
        .window(0)
        .urgentPointer(0)
        .ecn(0)
        .withoutSynOptions();
    out.emit(builder.build(nowNanos));
  }
}
