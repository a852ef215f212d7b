package dev.midstream.testkit.sim.tcp;

import dev.midstream.wire.header.FrameView;

/** What an endpoint does with a segment, step by step (RFC 9293 section 3.10.7, RFC 5961). */
final class SegmentArrival {
  private static final long CHALLENGE_NANOS = 5_000_000_000L;
  private static final int MAX_CHALLENGES = 10;

  private final Connection connection;
  private final Handshake handshake;
  private final Segment segment = new Segment();
  private long challengeSinceNanos;
  private int challenges;

  SegmentArrival(Connection connection, Handshake handshake) {
    this.connection = connection;
    this.handshake = handshake;
  }

  /** Takes the segment in {@code view}, whose checksum is right. */
  void take(FrameView view, long nowNanos) {
    connection.counters.add(Counter.SEGMENTS_RECEIVED);
    switch (connection.state()) {
      case CLOSED -> connection.out.resetUnknown(view, nowNanos);
      case LISTEN, SYN_SENT -> handshake.take(view, nowNanos);
      default -> {
        long expected = connection.receiver.stream().next();
        long unacknowledged = connection.sender.unacknowledged();
        segment.of(view, connection.theirs(), expected, connection.mine, unacknowledged);
        takeSynchronized(nowNanos);
      }
    }
  }

  private void takeSynchronized(long nowNanos) {
    if (connection.state() == TcpState.SYN_RECEIVED && isSameSyn(nowNanos)) {
      return;
    }
    if (isRefused(nowNanos)) {
      return;
    }
    if (segment.isRst()) {
      takeReset(nowNanos);
    } else if (segment.isSyn()) {
      takeSyn(nowNanos);
    } else if (segment.isAck() && isAcknowledgementTaken(nowNanos)) {
      takeOctets(nowNanos);
    }
  }

  /** Whether the peer's SYN came again and nothing else is to be done. */
  private boolean isSameSyn(long nowNanos) {
    if (!segment.isSyn() || segment.start() != -1) {
      return false;
    }
    if (!segment.isAck()) {
      handshake.answerAgain(nowNanos);
      return true;
    }
    segment.dropSyn();
    connection.receiver.demandAck();
    return false;
  }

  /** Whether timestamp or number rule the segment out; it is answered then. */
  private boolean isRefused(long nowNanos) {
    Receiver receiver = connection.receiver;
    if (connection.agreement.timestamps() && !segment.isRst()) {
      if (!segment.hasTimestamps()) {
        connection.counters.add(Counter.MISSING_TIMESTAMPS);
        return true;
      }
      if (connection.timestamps.isOld(segment.timestampValue())) {
        connection.counters.add(Counter.PAWS_DROPS, segment.length() > 0 ? 1 : 0);
        receiver.answerUnacceptable(segment, nowNanos);
        return true;
      }
    }
    if (receiver.isAcceptable(segment)) {
      return false;
    }
    if (segment.isRst()) {
      connection.counters.add(Counter.RESETS_RECEIVED);
    } else {
      receiver.answerUnacceptable(segment, nowNanos);
      takeOldAcknowledgement(nowNanos);
    }
    return true;
  }

  /**
   * Takes the acknowledgement of a segment that brings nothing new, as BSD does. Otherwise two ends
   * whose windows shrink may find each other's acknowledgements unacceptable for ever.
   */
  private void takeOldAcknowledgement(long nowNanos) {
    TcpState state = connection.state();
    if (state == TcpState.TIME_WAIT && segment.isFin()) {
      connection.waitLong(nowNanos);
    }
    boolean isOld = segment.end() <= connection.receiver.stream().next() && !segment.isSyn();
    boolean isAck = segment.isAck() && connection.sender.isAckValid(segment.ack());
    if (isOld && isAck && state.isOpen() && state != TcpState.TIME_WAIT) {
      connection.sender.take(segment, nowNanos);
      connection.afterAck(nowNanos);
    }
  }

  private void takeReset(long nowNanos) {
    connection.counters.add(Counter.RESETS_RECEIVED);
    boolean exact = segment.start() == connection.receiver.stream().next();
    if (exact || !connection.options.has(Behaviour.CHALLENGE_ACKS)) {
      connection.end(connection.state() == TcpState.TIME_WAIT ? Ending.CLOSED : Ending.RESET);
    } else {
      challenge(nowNanos);
    }
  }

  /** One below the window, of a SYN with data that came late, is no error (RFC 793 page 71). */
  private void takeSyn(long nowNanos) {
    if (connection.options.has(Behaviour.CHALLENGE_ACKS)) {
      challenge(nowNanos);
    } else if (segment.start() >= connection.receiver.stream().next()) {
      connection.out.reset(nowNanos);
      connection.end(Ending.RESET);
    }
  }

  private boolean isAcknowledgementTaken(long nowNanos) {
    if (connection.state() == TcpState.SYN_RECEIVED) {
      if (segment.ack() < 0 || segment.ack() > connection.sender.next()) {
        connection.out.resetUnknown(segment.view(), nowNanos);
        return false;
      }
      handshake.establish(segment, nowNanos);
    }
    if (!connection.sender.isAckValid(segment.ack())) {
      if (connection.sender.isAckBeyond(segment.ack())) {
        connection.counters.add(Counter.ACKS_BEYOND_SENT);
      }
      challenge(nowNanos);
      return false;
    }
    connection.receiver.takeTimestamp(segment);
    connection.sender.take(segment, nowNanos);
    connection.afterAck(nowNanos);
    return true;
  }

  private void takeOctets(long nowNanos) {
    if (!connection.state().takesData()) {
      return;
    }
    connection.receiver.take(segment, nowNanos);
    if (connection.receiver.stream().isComplete()) {
      connection.afterFin(nowNanos);
    }
  }

  private void challenge(long nowNanos) {
    if (nowNanos - challengeSinceNanos >= CHALLENGE_NANOS) {
      challengeSinceNanos = nowNanos;
      challenges = 0;
    }
    if (challenges < MAX_CHALLENGES) {
      challenges++;
      connection.counters.add(Counter.CHALLENGES);
      connection.receiver.demandAck();
    }
  }
}
