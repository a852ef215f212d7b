package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.InheritedOutput;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Resets both endpoints of an edited connection, each with the number that it expects next (RFC
 * 9293 section 3.10.7.4), and frees what is kept of the connection.
 */
public final class ResetSender {
  /*
   * The number that an endpoint expects lies in [A, next]: from its last acknowledgement to the end
   * of what was sent to it. If the two differ, a RST is sent for each. The first ends a receiver
   * that has received nothing since, the second one that has received everything. Any other answers
   * the second RST with a challenge ACK (RFC 5961 section 3.2), which the tombstone answers. While an
   * end was not heard since an engine died, which may have sent all that is decided: a third RST has
   * the number after that.
   */
  private final Vantage vantage;
  private final Counters counters;
  private final EventSink events;
  private final SegmentBuilder builder;

  public ResetSender(Vantage vantage, Counters counters, EventSink events, SegmentBuilder builder) {
    this.vantage = vantage;
    this.counters = counters;
    this.events = events;
    this.builder = builder;
  }

  /** Resets both endpoints, and counts and reports {@code reason}. */
  public void reset(
      Connection connection, Reason reason, String text, long timeNanos, PacketOutput output) {
    counters.count(reason);
    events.event(reason, connection.name(), text);
    send(connection, timeNanos, output);
  }

  /**
   * Resets each endpoint whose headers are known and that was not reset before. The caller has
   * reported the reason.
   */
  public void send(Connection connection, long timeNanos, PacketOutput output) {
    for (Direction direction : Direction.BOTH) {
      if (connection.phase() instanceof Open open && !open.isReceiverReset(direction)) {
        sendTo(connection, direction, timeNanos, output);
      }
    }
    if (vantage == Vantage.INLINE) {
      connection.enterTombstone(Reason.AFTER_RESET, timeNanos);
      return;
    }
    connection.enter(ConnectionState.CLOSING);
    connection.refuse(Handling.DROPPED, Reason.AFTER_RESET);
  }

  /** Resets the receiver of {@code direction}, if the headers of the other end are known. */
  void sendTo(Connection connection, Direction direction, long timeNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    if (!stream.headers().isTemplateKnown()) {
      return;
    }
    long acknowledged = stream.acknowledged();
    long next = stream.expectedNext();
    if (vantage == Vantage.INLINE && acknowledged < next) {
      output.emit(reset(connection, direction, acknowledged, timeNanos));
    }
    output.emit(reset(connection, direction, next, timeNanos));
    InheritedOutput inherited = stream.receiver().inherited();
    if (vantage == Vantage.INLINE && inherited.isUnheard() && next < inherited.lastNext()) {
      output.emit(reset(connection, direction, inherited.lastNext(), timeNanos));
    }
  }

  private Packet reset(
      Connection connection, Direction direction, long newSequence, long timeNanos) {
    Stream stream = connection.stream(direction);
    SenderHeaders headers = stream.headers();
    builder
        .from(headers.template())
        .leg(headers.template().leg().opposite())
        .sequence(stream.space().sequenceOf(newSequence))
        .urgentPointer(0)
        .withoutSack()
        .timestamps(headers.timestampValue(), headers.timestampEcho());
    if (headers.acknowledgement() == Long.MIN_VALUE) {
      builder.flags(TcpFlags.RST);
    } else {
      Stream reverse = connection.stream(direction.opposite());
      builder
          .flags(TcpFlags.RST | TcpFlags.ACK)
          .acknowledgement(reverse.space().sequenceOf(headers.acknowledgement()));
    }
    if (headers.isTemplateOfSyn()) {
      builder.withoutSynOptions();
      if (!connection.handshakes().isTimestampAgreed()) {
        builder.withoutTimestamps();
      }
    }
    return builder.build(timeNanos);
  }
}
