package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.testkit.sim.link.Frame;
import dev.midstream.testkit.sim.link.FrameSink;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import java.lang.foreign.MemorySegment;

/** Sends the segments of an endpoint, each with the newest acknowledgement, window and options. */
final class Transmitter {
  private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[1]);
  private static final int BLOCKS_BESIDE_TIMESTAMPS = 3;

  private final Connection connection;
  private final SegmentComposer composer;
  private final FrameSink output;
  private final OptionWriter options = new OptionWriter();

  Transmitter(Connection connection, SegmentComposer composer, FrameSink output) {
    this.connection = connection;
    this.composer = composer;
    this.output = output;
  }

  /** Sends the SYN, or the SYN-ACK, with the first {@code dataLength} octets. */
  void syn(boolean acknowledges, int dataLength, long nowNanos) {
    Agreement agreement = connection.agreement;
    options.clear();
    options.maximumSegment(connection.options.mssBytes());
    if (agreement.sack()) {
      options.sackPermitted();
    }
    putTimestamps(nowNanos);
    if (agreement.scaling()) {
      options.windowScale(connection.options.windowScale());
    }
    if (connection.options.has(Behaviour.FAST_OPEN) && !acknowledges) {
      options.fastOpen();
    }
    int window = connection.receiver.window().fieldOfSyn(acknowledged());
    if (acknowledges) {
      connection.receiver.noteAckSent();
    }
    int flags = TcpFlags.SYN | (acknowledges ? TcpFlags.ACK : 0);
    emit(flags, -1, window, connection.outgoing.memory(), 0, dataLength, nowNanos);
  }

  /** Sends {@code [start, end)} of the stream, with the FIN if that lies inside. */
  void data(long start, long end, long nowNanos) {
    SendStream stream = connection.outgoing;
    boolean fin = end > stream.written();
    int length = (int) (Math.min(end, stream.written()) - start);
    boolean push = start + length == stream.written() && length > 0;
    int flags = TcpFlags.ACK | (fin ? TcpFlags.FIN : 0) | (push ? TcpFlags.PSH : 0);
    connection.counters.add(Counter.DATA_SEGMENTS_SENT);
    int room = connection.agreement.payloadMss() - length;
    send(flags, start, stream.memory(), start, length, room, nowNanos);
  }

  /** Sends a segment without payload. */
  void ack(long nowNanos) {
    send(
        TcpFlags.ACK,
        connection.sender.acceptableNext(),
        NOTHING,
        0,
        0,
        Integer.MAX_VALUE,
        nowNanos);
  }

  /** Sends an acknowledgement with an old number, so that the peer answers. */
  void probe(long start, boolean withGarbage, long nowNanos) {
    int length = withGarbage ? 1 : 0;
    send(TcpFlags.ACK, start, NOTHING, 0, length, Integer.MAX_VALUE, nowNanos);
  }

  /** Resets the connection. */
  void reset(long nowNanos) {
    options.clear();
    putTimestamps(nowNanos);
    connection.counters.add(Counter.RESETS_SENT);
    int flags = TcpFlags.RST | (connection.knowsPeer() ? TcpFlags.ACK : 0);
    emit(flags, connection.sender.acceptableNext(), 0, NOTHING, 0, 0, nowNanos);
  }

  /** Answers a segment of which this end knows nothing (RFC 9293 section 3.10.7.1). */
  void resetUnknown(FrameView segment, long nowNanos) {
    if (segment.isRst()) {
      return;
    }
    connection.counters.add(Counter.RESETS_SENT);
    options.clear();
    boolean acked = segment.isAck();
    int length = segment.payloadLength() + (segment.isSyn() ? 1 : 0) + (segment.isFin() ? 1 : 0);
    int end = new SequenceSpace(segment.sequence()).sequenceOf(length - 1L);
    int flags = acked ? TcpFlags.RST : TcpFlags.RST | TcpFlags.ACK;
    int sequence = acked ? segment.acknowledgement() : 0;
    hand(composer.compose(flags, sequence, acked ? 0 : end, 0, options, NOTHING, 0, 0), nowNanos);
  }

  private void send(
      int flags,
      long start,
      MemorySegment payload,
      long offset,
      int length,
      int roomForBlocks,
      long nowNanos) {
    options.clear();
    putTimestamps(nowNanos);
    putBlocks(roomForBlocks);
    int window = connection.receiver.windowToSend();
    emit(flags, start, window, payload, offset, length, nowNanos);
  }

  private void emit(
      int flags,
      long start,
      int window,
      MemorySegment payload,
      long offset,
      int length,
      long nowNanos) {
    boolean acks = (flags & TcpFlags.ACK) != 0;
    int acknowledgement = acks ? connection.theirs().sequenceOf(acknowledged()) : 0;
    int sequence = connection.mine.sequenceOf(start);
    hand(
        composer.compose(
            flags, sequence, acknowledgement, window, options, payload, offset, length),
        nowNanos);
  }

  private long acknowledged() {
    return connection.receiver.stream().next();
  }

  private void hand(Frame frame, long nowNanos) {
    connection.counters.add(Counter.SEGMENTS_SENT);
    output.take(frame, nowNanos);
  }

  private void putTimestamps(long nowNanos) {
    if (connection.agreement.timestamps()) {
      TimestampClock clock = connection.timestamps;
      options.timestamps(clock.value(nowNanos), clock.recent());
    }
  }

  private void putBlocks(int room) {
    SackReport sacks = connection.receiver.sacks();
    if (!connection.agreement.sack() || sacks.isEmpty()) {
      return;
    }
    int most =
        connection.agreement.timestamps() ? BLOCKS_BESIDE_TIMESTAMPS : SackReport.MAX_BLOCKS;
    int fitting = Math.min(most, (room - 4) / 8);
    int blocks = fitting <= 0 ? 0 : sacks.collect(fitting);
    if (blocks == 0) {
      return;
    }
    options.sack(blocks);
    for (int i = 0; i < blocks; i++) {
      SequenceSpace theirs = connection.theirs();
      options.block(theirs.sequenceOf(sacks.left(i)), theirs.sequenceOf(sacks.right(i)));
    }
  }
}
