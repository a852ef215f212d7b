package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.EndHeaders;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.SegmentBuilder;

/** Resets both ends of a connection, each with the number it expects next (RFC 9293 3.10.7.4). */
final class ResetSender {
  private final SegmentBuilder builder = new SegmentBuilder();

  void send(Connection connection, long timeNanos, PacketOutput output) {
    for (Direction direction : Remainder.DIRECTIONS) {
      EndHeaders headers = connection.stream(direction).headers();
      if (headers.isTemplateKnown()) {
        send(connection, direction, timeNanos, output);
      }
    }
    connection.enter(ConnectionState.CLOSING);
  }

  private void send(
      Connection connection, Direction direction, long timeNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    Stream reverse = connection.stream(direction.opposite());
    EndHeaders headers = stream.headers();
    builder
        .from(headers.template())
        .leg(headers.template().leg().opposite())
        .sequence(stream.space().sequenceOf(stream.newNext()))
        .urgentPointer(0)
        .withoutSack()
        .timestamps(headers.timestampValue(), headers.timestampEcho());
    if (headers.acknowledgement() == Long.MIN_VALUE) {
      builder.flags(TcpFlags.RST);
    } else {
      builder
          .flags(TcpFlags.RST | TcpFlags.ACK)
          .acknowledgement(reverse.space().sequenceOf(headers.acknowledgement()));
    }
    if (headers.isTemplateOfSyn()) {
      builder.withoutSynOptions();
    }
    output.emit(builder.build(timeNanos));
  }
}
