package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.SegmentReader;

/** Processes a segment in the order of RFC 9293 section 3.10.7, with RFC 5961. */
final class SegmentArrival {
  private static final long CHALLENGE_NANOS = 5_000_000_000L;
  private static final int MAX_CHALLENGES = 10;

  private final Tcb tcb;
  private final Handshake handshake;
  private final Segment segment = new Segment();
  private long challengeSinceNanos;
  private int challenges;

  SegmentArrival(Tcb tcb, Handshake handshake) {
    this.tcb = tcb;
    this.handshake = handshake;
  }

  /** Processes the segment in {@code view}, whose checksum is right. */
  void process(SegmentReader view, long nowNanos) {
    tcb.counters.add(Counter.SEGMENTS_RECEIVED);
    switch (tcb.state()) {
      case CLOSED -> tcb.transmitter.resetUnknown(view, nowNanos);
      case LISTEN, SYN_SENT -> handshake.process(view, nowNanos);
      default -> {
        long expected = tcb.receiver.stream().next();
        long una = tcb.sender.una();
        segment.of(view, tcb.receiveSpace(), expected, tcb.sendSpace, una);
        processSynchronized(nowNanos);
      }
    }
  }

  private void processSynchronized(long nowNanos) {
    if (tcb.state() == TcpState.SYN_RECEIVED && answerRetransmittedSyn(nowNanos)) {
      return;
    }
    if (refuse(nowNanos)) {
      return;
    }
    if (segment.isRst()) {
      processReset(nowNanos);
    } else if (segment.isSyn()) {
      processSyn(nowNanos);
    } else if (segment.isAck() && processAck(nowNanos)) {
      processText(nowNanos);
    }
  }

  /**
   * Answers a retransmitted SYN.
   *
   * @return whether the segment is done
   */
  private boolean answerRetransmittedSyn(long nowNanos) {
    if (!segment.isSyn() || segment.start() != -1) {
      return false;
    }
    if (!segment.isAck()) {
      handshake.retransmitSynAck(nowNanos);
      return true;
    }
    segment.dropSyn();
    tcb.receiver.requestAck();
    return false;
  }

  /**
   * Refuses and answers a segment that fails PAWS or the acceptability test. A SYN without
   * timestamps may be that of a restarted peer, which must get an answer.
   *
   * @return whether the segment was refused
   */
  private boolean refuse(long nowNanos) {
    Receiver receiver = tcb.receiver;
    if (tcb.negotiated.timestamps() && !segment.isRst()) {
      if (!segment.hasTimestamps() && !segment.isSyn()) {
        tcb.counters.add(Counter.MISSING_TIMESTAMPS);
        return true;
      }
      if (segment.hasTimestamps() && tcb.timestamps.failsPaws(segment.timestampValue(), nowNanos)) {
        tcb.counters.add(Counter.PAWS_DROPS, segment.length() > 0 ? 1 : 0);
        receiver.ackUnacceptable(segment, nowNanos);
        return true;
      }
    }
    if (receiver.isAcceptable(segment)) {
      return false;
    }
    if (segment.isRst()) {
      tcb.counters.add(Counter.RESETS_RECEIVED);
    } else {
      receiver.ackUnacceptable(segment, nowNanos);
      processOldAck(nowNanos);
    }
    return true;
  }

  /**
   * Processes the acknowledgement of an old segment, as BSD does. Otherwise two endpoints with
   * shrinking windows may refuse each other's acknowledgements forever.
   */
  private void processOldAck(long nowNanos) {
    TcpState state = tcb.state();
    if (state == TcpState.TIME_WAIT && segment.isFin()) {
      tcb.enterTimeWait(nowNanos);
    }
    boolean isOld = segment.end() <= tcb.receiver.stream().next() && !segment.isSyn();
    boolean isAck = segment.isAck() && tcb.sender.isAckValid(segment.ack());
    if (isOld && isAck && state.isSynchronized() && state != TcpState.TIME_WAIT) {
      tcb.sender.processAck(segment, nowNanos);
      tcb.onAck(nowNanos);
    }
  }

  private void processReset(long nowNanos) {
    tcb.counters.add(Counter.RESETS_RECEIVED);
    boolean exact = segment.start() == tcb.receiver.stream().next();
    if (exact || !tcb.options.has(Behaviour.CHALLENGE_ACKS)) {
      tcb.end(tcb.state() == TcpState.TIME_WAIT ? Ending.CLOSED : Ending.RESET);
    } else {
      challenge(nowNanos);
    }
  }

  /**
   * Handles a SYN in a synchronized state. A late SYN with data below the window is no error (RFC
   * 793 page 71).
   */
  private void processSyn(long nowNanos) {
    if (tcb.options.has(Behaviour.CHALLENGE_ACKS)) {
      challenge(nowNanos);
    } else if (segment.start() >= tcb.receiver.stream().next()) {
      tcb.transmitter.reset(nowNanos);
      tcb.end(Ending.RESET);
    }
  }

  private boolean processAck(long nowNanos) {
    if (tcb.state() == TcpState.SYN_RECEIVED) {
      if (segment.ack() < 0 || segment.ack() > tcb.sender.next()) {
        tcb.transmitter.resetUnknown(segment.view(), nowNanos);
        return false;
      }
      handshake.establish(segment, nowNanos);
    }
    if (!tcb.sender.isAckValid(segment.ack())) {
      if (tcb.sender.isAckBeyond(segment.ack())) {
        tcb.counters.add(Counter.ACKS_BEYOND_SENT);
      }
      challenge(nowNanos);
      return false;
    }
    tcb.receiver.updateTimestamp(segment, nowNanos);
    tcb.ecn.onSegment(segment.view());
    if (tcb.ecn.isReductionDue(segment.view(), tcb.sender.una(), tcb.sender.next())) {
      tcb.sender.recovery().onCongestionReport();
    }
    tcb.sender.processAck(segment, nowNanos);
    tcb.onAck(nowNanos);
    return true;
  }

  private void processText(long nowNanos) {
    if (!tcb.state().acceptsData()) {
      return;
    }
    tcb.receiver.receive(segment, nowNanos);
    if (tcb.receiver.stream().isComplete()) {
      tcb.onPeerFin(nowNanos);
    }
  }

  private void challenge(long nowNanos) {
    if (nowNanos - challengeSinceNanos >= CHALLENGE_NANOS) {
      challengeSinceNanos = nowNanos;
      challenges = 0;
    }
    if (challenges < MAX_CHALLENGES) {
      challenges++;
      tcb.counters.add(Counter.CHALLENGE_ACKS);
      tcb.receiver.requestAck();
    }
  }
}
