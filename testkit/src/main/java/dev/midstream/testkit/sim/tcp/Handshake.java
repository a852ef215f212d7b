package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.segment.SequenceNumbers;

/** Opens a connection: actively, passively or simultaneously (RFC 9293 section 3.5). */
final class Handshake {
  private static final int SYN_OPTION_BYTES = 40;

  private final Tcb tcb;
  private final Segment segment = new Segment();
  private long firstSentNanos;
  private boolean retransmitted;

  Handshake(Tcb tcb) {
    this.tcb = tcb;
  }

  void listen() {
    tcb.state(TcpState.LISTEN);
  }

  /** Sends the SYN. */
  void open(long nowNanos) {
    tcb.state(TcpState.SYN_SENT);
    firstSentNanos = nowNanos;
    int length = 0;
    if (tcb.options.has(Behaviour.FAST_OPEN)) {
      long room = Math.max(0, tcb.options.segmentBytes() - SYN_OPTION_BYTES);
      length = (int) Math.min(tcb.sendBuffer.written(), room);
    }
    tcb.transmitter.syn(false, length, nowNanos);
    tcb.sender.noteSynSent(length, nowNanos);
    tcb.sender.armSynTimer(nowNanos);
  }

  /** Processes a segment in LISTEN or SYN-SENT. */
  void process(SegmentReader view, long nowNanos) {
    SequenceNumbers receiveSpace = new SequenceNumbers(view.sequence());
    segment.of(view, receiveSpace, -1, tcb.sendSpace, 0);
    if (tcb.state() == TcpState.LISTEN) {
      processInListen(nowNanos);
    } else {
      processInSynSent(nowNanos);
    }
  }

  private void processInListen(long nowNanos) {
    if (segment.isRst()) {
      tcb.counters.add(Counter.RESETS_RECEIVED);
    } else if (segment.isAck()) {
      tcb.transmitter.resetUnknown(segment.view(), nowNanos);
    } else if (segment.isSyn()) {
      tcb.onPeerSyn(segment, nowNanos);
      if (tcb.options.has(Behaviour.FAST_OPEN)) {
        tcb.receiver.receive(segment, nowNanos);
      }
      sendSynAck(nowNanos);
    }
  }

  private void processInSynSent(long nowNanos) {
    boolean acks = segment.isAck();
    if (acks && (segment.ack() < 0 || segment.ack() > tcb.sender.next())) {
      tcb.transmitter.resetUnknown(segment.view(), nowNanos);
    } else if (segment.isRst()) {
      tcb.counters.add(Counter.RESETS_RECEIVED);
      if (acks) {
        tcb.end(Ending.RESET);
      }
    } else if (segment.isSyn() && acks) {
      tcb.onPeerSyn(segment, nowNanos);
      establish(segment, nowNanos);
      tcb.receiver.receive(segment, nowNanos);
      tcb.receiver.requestAck();
    } else if (segment.isSyn()) {
      tcb.onPeerSyn(segment, nowNanos);
      sendSynAck(nowNanos);
    }
  }

  private void sendSynAck(long nowNanos) {
    tcb.state(TcpState.SYN_RECEIVED);
    firstSentNanos = nowNanos;
    tcb.transmitter.syn(true, 0, nowNanos);
    tcb.sender.noteSynSent(0, nowNanos);
    tcb.sender.armSynTimer(nowNanos);
  }

  /** Retransmits the SYN-ACK after a retransmitted SYN. */
  void retransmitSynAck(long nowNanos) {
    retransmitted = true;
    tcb.transmitter.syn(true, 0, nowNanos);
  }

  /** Completes the handshake when the SYN is acknowledged. */
  void establish(Segment acknowledging, long nowNanos) {
    tcb.state(tcb.sendBuffer.isClosed() ? TcpState.FIN_WAIT_1 : TcpState.ESTABLISHED);
    tcb.sender.begin(acknowledging, retransmitted ? -1 : nowNanos - firstSentNanos, nowNanos);
  }

  /** Retransmits the SYN or SYN-ACK after a timeout; false to abort. */
  boolean onTimeout(long nowNanos) {
    retransmitted = true;
    tcb.transmitter.syn(tcb.state() == TcpState.SYN_RECEIVED, 0, nowNanos);
    return tcb.sender.onSynTimeout(nowNanos);
  }
}
