package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.ControlBits;
import dev.midstream.testkit.segment.OptionsWriter;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.link.Frame;
import dev.midstream.testkit.sim.link.FrameSink;
import java.lang.foreign.MemorySegment;

/** Sends the segments of an endpoint with the current acknowledgement, window and options. */
final class Transmitter {
  private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[1]);
  private static final int MAX_BLOCKS_WITH_TIMESTAMPS = 3;
  private static final int MAX_URGENT_DISTANCE = 65_535;

  private final Tcb tcb;
  private final SegmentComposer composer;
  private final FrameSink output;
  private final OptionsWriter options = new OptionsWriter();
  private long freshEnd;

  Transmitter(Tcb tcb, SegmentComposer composer, FrameSink output) {
    this.tcb = tcb;
    this.composer = composer;
    this.output = output;
  }

  /** Sends the SYN, or the SYN-ACK, with the first {@code dataLength} octets. */
  void syn(boolean acknowledges, int dataLength, long nowNanos) {
    NegotiatedOptions negotiated = tcb.negotiated;
    options.clear();
    options.maximumSegment(tcb.options.mssBytes());
    if (negotiated.sack()) {
      options.sackPermitted();
    }
    putTimestamps(nowNanos);
    if (negotiated.scaling()) {
      options.windowScale(tcb.options.windowScale());
    }
    if (tcb.options.has(Behaviour.FAST_OPEN) && !acknowledges) {
      options.fastOpen();
    }
    if (tcb.options.has(Behaviour.ENCRYPTION) && !acknowledges) {
      options.encryption();
    }
    int window = tcb.receiver.window().synField(acknowledged());
    if (acknowledges) {
      tcb.receiver.noteAckSent();
    }
    int flags = ControlBits.SYN | (acknowledges ? ControlBits.ACK : 0);
    flags |= tcb.ecn.synFlags(acknowledges);
    emit(flags, -1, window, tcb.sendBuffer.memory(), 0, dataLength, nowNanos);
  }

  /** Sends {@code [start, end)} of the stream, with the FIN if it lies inside. */
  void data(long start, long end, long nowNanos) {
    SendBuffer stream = tcb.sendBuffer;
    boolean fin = end > stream.written();
    int length = (int) (Math.min(end, stream.written()) - start);
    boolean push = start + length == stream.written() && length > 0;
    int flags = ControlBits.ACK | (fin ? ControlBits.FIN : 0) | (push ? ControlBits.PSH : 0);
    tcb.counters.add(Counter.DATA_SEGMENTS_SENT);
    boolean fresh = start >= freshEnd;
    freshEnd = Math.max(freshEnd, end);
    composer.ecn(tcb.ecn.codepoint(fresh && length > 0));
    flags |= tcb.ecn.flags(fresh && length > 0) | urgentFlag(start);
    int room = tcb.negotiated.payloadMss() - length;
    send(flags, start, stream.memory(), start, length, room, nowNanos);
  }

  /** URG with its pointer, if an urgent octet follows at {@code start} or later. */
  private int urgentFlag(long start) {
    long distance = tcb.sendBuffer.urgentEnd() - start;
    if (!tcb.options.has(Behaviour.URGENT) || distance <= 0 || distance > MAX_URGENT_DISTANCE) {
      return 0;
    }
    composer.urgentPointer((int) distance);
    return ControlBits.URG;
  }

  /** Sends a segment without payload. */
  void ack(long nowNanos) {
    int flags = ControlBits.ACK | tcb.ecn.flags(false);
    send(flags, tcb.sender.acceptableSequence(), NOTHING, 0, 0, Integer.MAX_VALUE, nowNanos);
  }

  /** Sends an acknowledgement with an old sequence number, so that the peer answers. */
  void probe(long start, boolean withGarbage, long nowNanos) {
    int length = withGarbage ? 1 : 0;
    int flags = ControlBits.ACK | tcb.ecn.flags(false);
    send(flags, start, NOTHING, 0, length, Integer.MAX_VALUE, nowNanos);
  }

  /** Sends a reset. */
  void reset(long nowNanos) {
    options.clear();
    putTimestamps(nowNanos);
    tcb.counters.add(Counter.RESETS_SENT);
    int flags = ControlBits.RST | (tcb.knowsPeer() ? ControlBits.ACK : 0);
    emit(flags, tcb.sender.acceptableSequence(), 0, NOTHING, 0, 0, nowNanos);
  }

  /** Resets a segment of an unknown connection (RFC 9293 section 3.10.7.1). */
  void resetUnknown(SegmentReader segment, long nowNanos) {
    if (segment.isRst()) {
      return;
    }
    tcb.counters.add(Counter.RESETS_SENT);
    options.clear();
    boolean acked = segment.isAck();
    int length = segment.payloadLength() + (segment.isSyn() ? 1 : 0) + (segment.isFin() ? 1 : 0);
    int end = new SequenceNumbers(segment.sequence()).numberAt(length - 1L);
    int flags = acked ? ControlBits.RST : ControlBits.RST | ControlBits.ACK;
    int sequence = acked ? segment.acknowledgement() : 0;
    transmit(
        composer.compose(flags, sequence, acked ? 0 : end, 0, options, NOTHING, 0, 0), nowNanos);
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
    putSackBlocks(roomForBlocks);
    int window = tcb.receiver.advertiseWindow();
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
    boolean acks = (flags & ControlBits.ACK) != 0;
    int acknowledgement = acks ? tcb.receiveSpace().numberAt(acknowledged()) : 0;
    int sequence = tcb.sendSpace.numberAt(start);
    transmit(
        composer.compose(
            flags, sequence, acknowledgement, window, options, payload, offset, length),
        nowNanos);
  }

  private long acknowledged() {
    return tcb.receiver.stream().next();
  }

  private void transmit(Frame frame, long nowNanos) {
    tcb.counters.add(Counter.SEGMENTS_SENT);
    output.accept(frame, nowNanos);
  }

  private void putTimestamps(long nowNanos) {
    if (tcb.negotiated.timestamps()) {
      TimestampClock clock = tcb.timestamps;
      options.timestamps(clock.value(nowNanos), clock.tsRecent());
    }
  }

  private void putSackBlocks(int room) {
    SackGenerator sacks = tcb.receiver.sacks();
    if (!tcb.negotiated.sack() || sacks.isEmpty()) {
      return;
    }
    int maxBlocks =
        tcb.negotiated.timestamps() ? MAX_BLOCKS_WITH_TIMESTAMPS : SackGenerator.MAX_BLOCKS;
    int fitting = Math.min(maxBlocks, (room - 4) / 8);
    int blocks = fitting <= 0 ? 0 : sacks.collect(fitting);
    if (blocks == 0) {
      return;
    }
    options.sack(blocks);
    for (int i = 0; i < blocks; i++) {
      SequenceNumbers receiveSpace = tcb.receiveSpace();
      options.block(receiveSpace.numberAt(sacks.left(i)), receiveSpace.numberAt(sacks.right(i)));
    }
  }
}
