package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.EndHeaders;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Makes segments without octets in the name of one end: with its newest acknowledgement, window and
 * timestamps.
 */
final class BareSegments {
  private final SegmentBuilder builder = new SegmentBuilder();

  /**
   * A segment at {@code newSequence}, valid until the next call; an end that has acknowledged
   * nothing does not do so here either.
   *
   * @param direction the direction it is sent in; headers of its end must be known
   * @param flags the control bits but for ACK
   */
  Packet make(
      Connection connection, Direction direction, long newSequence, int flags, long timeNanos) {
    Stream stream = connection.stream(direction);
    EndHeaders headers = stream.headers();
    builder
        .from(headers.template())
        .leg(headers.template().leg().opposite())
        .sequence(stream.space().sequenceOf(newSequence))
        .urgentPointer(0)
        .withoutSack()
        .timestamps(headers.timestampValue(), headers.timestampEcho());
    if (headers.acknowledgement() == Long.MIN_VALUE) {
      builder.flags(flags);
    } else {
      Stream reverse = connection.stream(direction.opposite());
      builder
          .flags(flags | TcpFlags.ACK)
          .acknowledgement(reverse.space().sequenceOf(headers.acknowledgement()))
          .window(headers.window());
    }
    if (headers.isTemplateOfSyn()) {
      builder.withoutSynOptions();
    }
    return builder.build(timeNanos);
  }
}
