package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.wire.header.FrameView;

/** Opens a connection, actively, passively or from both ends at once (RFC 9293 section 3.5). */
final class Handshake {
  private static final int SYN_OPTION_BYTES = 40;

  private final Connection connection;
  private final Segment segment = new Segment();
  private long firstSentNanos;
  private boolean repeated;

  Handshake(Connection connection) {
    this.connection = connection;
  }

  void listen() {
    connection.state(TcpState.LISTEN);
  }

  /** Sends the SYN. */
  void open(long nowNanos) {
    connection.state(TcpState.SYN_SENT);
    firstSentNanos = nowNanos;
    int length = 0;
    if (connection.options.has(Behaviour.FAST_OPEN)) {
      long room = Math.max(0, connection.options.mssBytes() - SYN_OPTION_BYTES);
      length = (int) Math.min(connection.outgoing.written(), room);
    }
    connection.out.syn(false, length, nowNanos);
    connection.sender.synSent(length, nowNanos);
    connection.sender.armSyn(nowNanos);
  }

  /** Takes a segment while no SYN of the peer is known. */
  void take(FrameView view, long nowNanos) {
    SequenceSpace theirs = new SequenceSpace(view.sequence());
    segment.of(view, theirs, -1, connection.mine, 0);
    if (connection.state() == TcpState.LISTEN) {
      takeInListen(nowNanos);
    } else {
      takeInSynSent(nowNanos);
    }
  }

  private void takeInListen(long nowNanos) {
    if (segment.isRst()) {
      connection.counters.add(Counter.RESETS_RECEIVED);
    } else if (segment.isAck()) {
      connection.out.resetUnknown(segment.view(), nowNanos);
    } else if (segment.isSyn()) {
      connection.learn(segment);
      if (connection.options.has(Behaviour.FAST_OPEN)) {
        connection.receiver.take(segment, nowNanos);
      }
      answer(nowNanos);
    }
  }

  private void takeInSynSent(long nowNanos) {
    boolean acks = segment.isAck();
    if (acks && (segment.ack() < 0 || segment.ack() > connection.sender.next())) {
      connection.out.resetUnknown(segment.view(), nowNanos);
    } else if (segment.isRst()) {
      connection.counters.add(Counter.RESETS_RECEIVED);
      if (acks) {
        connection.end(Ending.RESET);
      }
    } else if (segment.isSyn() && acks) {
      connection.learn(segment);
      establish(segment, nowNanos);
      connection.receiver.take(segment, nowNanos);
      connection.receiver.demandAck();
    } else if (segment.isSyn()) {
      connection.learn(segment);
      answer(nowNanos);
    }
  }

  private void answer(long nowNanos) {
    connection.state(TcpState.SYN_RECEIVED);
    firstSentNanos = nowNanos;
    connection.out.syn(true, 0, nowNanos);
    connection.sender.synSent(0, nowNanos);
    connection.sender.armSyn(nowNanos);
  }

  /** Sends the SYN-ACK again, because the SYN came again. */
  void answerAgain(long nowNanos) {
    repeated = true;
    connection.out.syn(true, 0, nowNanos);
  }

  /** Goes on with the acknowledgement of the SYN. */
  void establish(Segment acknowledging, long nowNanos) {
    connection.state(connection.outgoing.isClosed() ? TcpState.FIN_WAIT_1 : TcpState.ESTABLISHED);
    connection.sender.begin(acknowledging, repeated ? -1 : nowNanos - firstSentNanos, nowNanos);
  }

  /** Sends SYN or SYN-ACK again after a timeout; false if the peer is given up. */
  boolean onTimeout(long nowNanos) {
    repeated = true;
    connection.out.syn(connection.state() == TcpState.SYN_RECEIVED, 0, nowNanos);
    return connection.sender.onSynTimeout(nowNanos);
  }
}
