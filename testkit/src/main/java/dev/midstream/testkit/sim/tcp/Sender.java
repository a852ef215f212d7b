package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.sim.tcp.Timers.Kind;
import java.util.random.RandomGenerator;

/** The sending half of an endpoint: sends octets, and processes acknowledgements and timers. */
final class Sender {
  /*
   *        SND.UNA             SND.NXT    right edge          limit
   *   acked   |  scoreboard      |  may go    |   must wait     |  not written
   *
   * The SYN is the octet at -1, so una is -1 until the SYN is acknowledged.
   */

  /** The TCP header with all options. */
  private static final int MAX_HEADER_BYTES = 60;

  private final Tcb tcb;
  private final EndpointOptions options;
  private final Timers timers;
  private final Scoreboard scoreboard = new Scoreboard();
  private final RttEstimator rtt;
  private final LossRecovery recovery;
  private final SendWindow window = new SendWindow();
  private final PersistTimer persistTimer;
  private final RandomGenerator random;
  private long una = -1;
  private long next;
  private long probedEnd;
  private int mss = 1;
  private int consecutiveTimeouts;
  private long lastSentNanos;
  private long lastStampNanos;

  Sender(Tcb tcb, RandomGenerator random) {
    this.tcb = tcb;
    this.random = random;
    options = tcb.options;
    timers = tcb.timers;
    rtt = new RttEstimator(options.times());
    recovery = new LossRecovery(options, tcb.counters, timers, scoreboard, rtt);
    persistTimer = new PersistTimer(tcb, rtt);
  }

  /** SND.UNA as an offset; −1 until the SYN is acknowledged. */
  long una() {
    return una;
  }

  /** SND.NXT as an offset. */
  long next() {
    return next;
  }

  /**
   * The sequence number of a segment without payload. It lies inside the window, even if the window
   * shrank by more than its rounding.
   */
  long acceptableSequence() {
    long edge = Math.max(una, window.edge());
    boolean shrunk = una >= 0 && next - edge >= 1L << tcb.negotiated.peerScale();
    return shrunk ? edge : next;
  }

  RttEstimator rtt() {
    return rtt;
  }

  LossRecovery recovery() {
    return recovery;
  }

  /** Whether everything written was sent and acknowledged. */
  boolean isAllAcked() {
    return una >= tcb.sendBuffer.limit();
  }

  /** Whether nothing is in flight, and what the window allows is too little to send. */
  boolean isHesitating() {
    return scoreboard.isEmpty() && next < Math.min(tcb.sendBuffer.limit(), window.edge());
  }

  /** The retransmission timeout that round trips give, not doubled. */
  long timeoutNanos() {
    return rtt.backedOff(0);
  }

  long reportedBytes() {
    return scoreboard.sackedBytes();
  }

  boolean isFinAcked() {
    return tcb.sendBuffer.isClosed() && isAllAcked();
  }

  /** Whether nothing is in flight, including window probes. */
  boolean isIdle() {
    return scoreboard.isEmpty() && probedEnd <= una;
  }

  /** Notes that a SYN was sent with the first {@code dataLength} octets. */
  void noteSynSent(int dataLength, long nowNanos) {
    if (dataLength > 0 && next == 0) {
      scoreboard.append(0, dataLength, stamp(nowNanos));
      next = dataLength;
    }
    lastSentNanos = nowNanos;
  }

  /** Starts sending after the handshake; {@code segment} completed it. */
  void begin(Segment segment, long sampleNanos, long nowNanos) {
    mss = tcb.negotiated.payloadMss();
    recovery.begin(mss, tcb.negotiated.sack());
    una = 0;
    if (sampleNanos >= 0) {
      rtt.sample(sampleNanos);
    }
    consecutiveTimeouts = 0;
    timers.cancel(Kind.RETRANSMISSION);
    window.set(segment, tcb.negotiated.scaleOf(segment));
    if (segment.ack() > 0) {
      acknowledge(segment, nowNanos);
    } else {
      recovery.onSynDataRefused();
    }
    rearmTimers(nowNanos);
  }

  /** Whether the acknowledgement is acceptable (RFC 5961 section 5). */
  boolean isAckValid(long ack) {
    return ack <= Math.max(next, probedEnd) && ack >= una - window.maxWindow();
  }

  /** Whether the acknowledgement covers octets that were never sent. */
  boolean isAckBeyond(long ack) {
    return ack > Math.max(next, probedEnd);
  }

  /** Processes acknowledgement, window and SACK blocks of a segment. */
  void processAck(Segment segment, long nowNanos) {
    if (segment.ack() < una) {
      return;
    }
    boolean windowNews = window.update(segment, tcb.negotiated.scaleOf(segment));
    boolean duplicate =
        segment.ack() == una && !scoreboard.isEmpty() && segment.length() == 0 && !windowNews;
    consecutiveTimeouts = window.edge() <= una ? 0 : consecutiveTimeouts;
    persistTimer.onAnswer();
    long before = scoreboard.flightBytes();
    long acked = acknowledge(segment, nowNanos);
    long sacked = recovery.processSackBlocks(segment, tcb.sendSpace, next, nowNanos);
    recovery.onAck(una, next, acked, sacked, duplicate, before, nowNanos);
    if (acked > 0) {
      rearmTimers(nowNanos);
    }
  }

  private long acknowledge(Segment segment, long nowNanos) {
    long acked = segment.ack() - una;
    if (acked <= 0) {
      return 0;
    }
    una = segment.ack();
    next = Math.max(next, una);
    consecutiveTimeouts = 0;
    recovery.beginAck(nowNanos);
    scoreboard.removeBelow(una, recovery);
    sampleRoundTrip(segment, nowNanos);
    return acked;
  }

  private void sampleRoundTrip(Segment segment, long nowNanos) {
    long nanos = recovery.unambiguousRttNanos(nowNanos);
    if (nanos < 0 && tcb.negotiated.timestamps() && segment.timestampEcho() != 0) {
      nanos = tcb.timestamps.ageNanos(segment.timestampEcho(), nowNanos);
    }
    if (nanos >= 0) {
      rtt.sample(nanos);
    }
  }

  private void rearmTimers(long nowNanos) {
    timers.cancel(Kind.TAIL_PROBE);
    if (scoreboard.isEmpty()) {
      timers.cancel(Kind.RETRANSMISSION);
    } else {
      timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
      recovery.armTailProbe(nowNanos);
    }
  }

  /**
   * Limits segments to {@code segmentBytes}, TCP header included, and retransmits what is in
   * flight. Does nothing unless octets at {@code sequence} are in flight and the limit is lower.
   */
  void limitSegments(int sequence, int segmentBytes, long nowNanos) {
    long start = tcb.sendSpace.offsetOf(sequence, next);
    int payload = segmentBytes - MAX_HEADER_BYTES;
    if (start >= una && start < next && payload < mss) {
      mss = payload;
      recovery.onSegmentsLimited();
      transmit(nowNanos);
    }
  }

  /** Sends everything that may be sent now. */
  void transmit(long nowNanos) {
    if (una < 0 || tcb.ending() != Ending.NOT_YET) {
      return;
    }
    boolean any = true;
    while (any) {
      any = retransmit(nowNanos) || sendNew(false, nowNanos);
    }
    boolean blocked = scoreboard.isEmpty() && next < tcb.sendBuffer.limit();
    persistTimer.update(blocked, nowNanos);
  }

  private boolean retransmit(long nowNanos) {
    int index = scoreboard.firstToRetransmit();
    if (index == scoreboard.tail()) {
      return false;
    }
    long start = scoreboard.start(index);
    boolean forced = recovery.isRetransmitForced();
    long end =
        chooseRetransmissionEnd(
            index, forced && start >= window.edge() ? Long.MAX_VALUE : window.edge());
    if (end <= start || !(forced || recovery.hasRoomFor(end - start))) {
      return false;
    }
    retransmit(index, end, nowNanos);
    return true;
  }

  private void retransmit(int index, long end, long nowNanos) {
    long start = scoreboard.start(index);
    recovery.onRetransmit(start, end);
    scoreboard.retransmitted(index, end, stamp(nowNanos));
    tcb.counters.add(Counter.RETRANSMISSIONS);
    tcb.transmitter.data(start, end, nowNanos);
    afterSend(nowNanos);
  }

  /** The end of a retransmission that starts with entry {@code index}; not above {@code edge}. */
  private long chooseRetransmissionEnd(int index, long edge) {
    long start = scoreboard.start(index);
    long end = scoreboard.end(index);
    if (options.has(Behaviour.RECUT)) {
      int last = index;
      while (last + 1 < scoreboard.tail() && scoreboard.needsRetransmit(last + 1)) {
        last++;
      }
      end = scoreboard.end(last);
      end = random.nextBoolean() ? end : Math.min(end, start + 1 + random.nextInt(mss));
    }
    return Math.min(Math.min(end, fullSegmentEnd(start)), edge);
  }

  /** The end of a full segment from {@code start}; a FIN takes no payload. */
  private long fullSegmentEnd(long start) {
    SendBuffer stream = tcb.sendBuffer;
    long end = start + mss;
    return stream.isClosed() && end >= stream.written() ? stream.limit() : end;
  }

  private boolean sendNew(boolean forced, long nowNanos) {
    long limit = tcb.sendBuffer.limit();
    if (next >= limit || next >= window.edge()) {
      return false;
    }
    if (scoreboard.isEmpty() && nowNanos - lastSentNanos > rtt.rtoNanos()) {
      recovery.restartAfterIdle();
    }
    long end = Math.min(Math.min(limit, fullSegmentEnd(next)), window.edge());
    if (!forced && !(isWorthSending(end, limit) && recovery.hasRoomFor(end - next))) {
      return false;
    }
    long start = next;
    next = end;
    scoreboard.append(start, end, stamp(nowNanos));
    tcb.transmitter.data(start, end, nowNanos);
    afterSend(nowNanos);
    return true;
  }

  /** Whether {@code [next, end)} passes silly window avoidance and Nagle's algorithm. */
  private boolean isWorthSending(long end, long limit) {
    long length = end - next;
    if (length >= mss || options.has(Behaviour.SILLY_WINDOWS)) {
      return true;
    }
    if (end == limit) {
      return scoreboard.isEmpty() || !options.has(Behaviour.NAGLE) || tcb.sendBuffer.isClosed();
    }
    return 2 * length >= window.maxWindow();
  }

  /** A unique transmission time, so that the order of transmissions is known. */
  private long stamp(long nowNanos) {
    lastStampNanos = Math.max(nowNanos, lastStampNanos + 1);
    return lastStampNanos;
  }

  private void afterSend(long nowNanos) {
    lastSentNanos = nowNanos;
    if (!timers.isSet(Kind.RETRANSMISSION)) {
      timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
    }
    recovery.armTailProbe(nowNanos);
  }

  /** Handles the retransmission timeout; false to abort. */
  boolean onTimeout(long nowNanos) {
    if (scoreboard.isEmpty()) {
      return true;
    }
    tcb.counters.add(Counter.TIMEOUTS);
    if (una == tcb.sendBuffer.written()) {
      tcb.counters.add(Counter.FIN_TIMEOUTS);
    }
    timers.cancel(Kind.TAIL_PROBE);
    if (++consecutiveTimeouts > options.maxTimeouts()) {
      return false;
    }
    recovery.onTimeout(una, next);
    rtt.backOff();
    timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
    transmit(nowNanos);
    return true;
  }

  /** Handles a timeout of the handshake; false to abort. */
  boolean onSynTimeout(long nowNanos) {
    tcb.counters.add(Counter.TIMEOUTS);
    rtt.backOff();
    armSynTimer(nowNanos);
    return ++consecutiveTimeouts <= options.maxTimeouts();
  }

  /** Arms the retransmission timer for the handshake. */
  void armSynTimer(long nowNanos) {
    timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
  }

  /** Sends a tail loss probe (RFC 8985 section 7.3). */
  void onTailProbe(long nowNanos) {
    if (scoreboard.isEmpty() || recovery.isRecovering()) {
      return;
    }
    tcb.counters.add(Counter.TAIL_PROBES);
    boolean isNew = sendNew(true, nowNanos);
    if (!isNew) {
      int last = scoreboard.tail() - 1;
      retransmit(last, scoreboard.end(last), nowNanos);
    }
    recovery.tailProbeSent(next, !isNew);
    timers.cancel(Kind.TAIL_PROBE);
    timers.set(Kind.RETRANSMISSION, nowNanos + rtt.rtoNanos());
  }

  /** Detects losses when the reordering timer expires. */
  void onReorderingTimeout(long nowNanos) {
    recovery.onReorderingTimeout(una, next, nowNanos);
    transmit(nowNanos);
  }

  /** Probes the window, or sends what fits into it; false to abort. */
  boolean onPersist(long nowNanos) {
    if (!scoreboard.isEmpty() || next >= tcb.sendBuffer.limit()) {
      return true;
    }
    if (!sendNew(true, nowNanos)) {
      tcb.counters.add(Counter.WINDOW_PROBES);
      if (options.has(Behaviour.EMPTY_PROBES)) {
        tcb.transmitter.probe(una - 1, false, nowNanos);
      } else {
        probedEnd = next + 1;
        tcb.transmitter.data(next, probedEnd, nowNanos);
      }
    }
    return persistTimer.onProbeSent(nowNanos);
  }
}
