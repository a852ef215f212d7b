package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.SegmentBuilder;

/** Sends pure ACKs in the name of one end, with its newest headers. */
final class AckSender {
  private static final int CLASSIC_ECN_FLAGS = TcpFlags.ECE | TcpFlags.AE;
  private static final int ACCURATE_ECN_FLAGS = TcpFlags.ECE | TcpFlags.AE | TcpFlags.CWR;

  private final SegmentBuilder builder = new SegmentBuilder();
  private final Counters counters;

  AckSender(Counters counters) {
    this.counters = counters;
  }

  /**
   * Sends an ACK to the sender of {@code direction}, with the acknowledgement and window in the
   * receiver's headers.
   */
  void send(
      Connection connection,
      Direction direction,
      SackBlocks blocks,
      long timeNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    Stream reverse = connection.stream(direction.opposite());
    SenderHeaders headers = reverse.headers();
    builder
        .from(headers.template())
        .leg(headers.template().leg().opposite())
        .sequence(reverse.space().sequenceOf(reverse.newNext()))
        .acknowledgement(stream.space().sequenceOf(headers.acknowledgement()))
        .window(headers.window())
        .flags(
            TcpFlags.ACK
                | (headers.ecnFlags()
                    & (connection.isAccurateEcn() ? ACCURATE_ECN_FLAGS : CLASSIC_ECN_FLAGS)))
        .urgentPointer(0);
    if (headers.isTemplateOfSyn()) {
      builder.withoutSynOptions();
    }
    if (headers.hasTimestamps()) {
      builder.timestamps(headers.timestampValue(), stream.sender().tsEcho(headers.timestampEcho()));
    }
    stream.sender().window().onAdvertised(headers.acknowledgement(), headers.window());
    headers.ackSent();
    if (stream.edits().commands().offset() != 0) {
      builder.withoutAccurateEcn();
    }
    builder.sackBlocks(blocks.edges(), blocks.count());
    counters.count(Reason.ACK_MADE);
    output.emit(builder.build(timeNanos));
  }
}
