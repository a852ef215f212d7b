package dev.midstream.reassembly.path;

import dev.midstream.wire.segment.DatagramBuilder;
import dev.midstream.wire.segment.ResetReply;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Builders of packets, each with native memory for one packet. All parts of all engines of a worker
 * use the same ones: a packet that was built leaves at once, before another one is begun.
 */
public record PacketBuilders(
    SegmentBuilder segments, ResetReply resets, DatagramBuilder datagrams) {

  /** New builders. */
  public static PacketBuilders create() {
    return new PacketBuilders(new SegmentBuilder(), new ResetReply(), new DatagramBuilder());
  }
}
