package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.sim.tcp.Timers.Kind;
import java.util.random.RandomGenerator;

/**
 * The sending half of an endpoint: what may leave now, and what acknowledgements and timers make of
 * what has left.
 */
final class Sender {
  /*
   *          una                next        edge              limit
   *   acked   |  sent (table)    |  may go    |   must wait     |  not written
   *
   * The SYN is the octet at -1, so una is -1 until it is acknowledged.
   */
  private final Connection connection;
  private final EndpointOptions options;
  private final Timers timers;
  private final SentTable sent = new SentTable();
  private final RoundTrip roundTrip;
  private final LossRecovery recovery;
  private final PeerWindow window = new PeerWindow();
  private final Persistence persistence;
  private final RandomGenerator random;
  private long una = -1;
  private long next;
  private long probedEnd;
  private int mss = 1;
  private int timeoutsInRow;
  private long lastSentNanos;
  private long lastStampNanos;

  Sender(Connection connection, RandomGenerator random) {
    this.connection = connection;
    this.random = random;
    options = connection.options;
    timers = connection.timers;
    roundTrip = new RoundTrip(options.times());
    recovery = new LossRecovery(options, connection.counters, timers, sent, roundTrip);
    persistence = new Persistence(connection, roundTrip);
  }

  /** The first octet not acknowledged; −1 for the SYN. */
  long unacknowledged() {
    return una;
  }

  /** The next octet to send for the first time. */
  long next() {
    return next;
  }

  /**
   * The number of a segment without payload: inside the window, also when that has shrunk by more
   * than the rounding of a scaled one.
   */
  long acceptableNext() {
    long edge = Math.max(una, window.edge());
    boolean shrunk = una >= 0 && next - edge >= 1L << connection.agreement.peerScale();
    return shrunk ? edge : next;
  }

  RoundTrip roundTrip() {
    return roundTrip;
  }

  LossRecovery recovery() {
    return recovery;
  }

  /** Whether everything written was sent and acknowledged. */
  boolean isAllAcked() {
    return una >= connection.outgoing.limit();
  }

  boolean isFinAcked() {
    return connection.outgoing.isClosed() && isAllAcked();
  }

  /** Whether nothing is in flight, no probe of the window either. */
  boolean isIdle() {
    return sent.isEmpty() && probedEnd <= una;
  }

  /** Notes that a SYN left with the first {@code dataLength} octets. */
  void synSent(int dataLength, long nowNanos) {
    if (dataLength > 0 && next == 0) {
      sent.append(0, dataLength, stamp(nowNanos));
      next = dataLength;
    }
    lastSentNanos = nowNanos;
  }

  /** Begins to send after the handshake, whose last segment is {@code segment}. */
  void begin(Segment segment, long sampleNanos, long nowNanos) {
    mss = connection.agreement.payloadMss();
    recovery.begin(mss, connection.agreement.sack());
    una = 0;
    if (sampleNanos >= 0) {
      roundTrip.sample(sampleNanos);
    }
    timeoutsInRow = 0;
    timers.cancel(Kind.RETRANSMISSION);
    window.set(segment, connection.agreement.scaleOf(segment));
    if (segment.ack() > 0) {
      acknowledge(segment, nowNanos);
    } else {
      recovery.synDataRefused();
    }
    rearm(nowNanos);
  }

  /** Whether the acknowledgement is for something sent (RFC 5961 section 5). */
  boolean isAckValid(long ack) {
    return ack <= Math.max(next, probedEnd) && ack >= una - window.largest();
  }

  /** Whether the acknowledgement is for what was never sent. */
  boolean isAckBeyond(long ack) {
    return ack > Math.max(next, probedEnd);
  }

  /** Takes acknowledgement, window and SACK blocks of a segment. */
  void take(Segment segment, long nowNanos) {
    if (segment.ack() < una) {
      return;
    }
    boolean windowNews = window.take(segment, connection.agreement.scaleOf(segment));
    boolean duplicate =
        segment.ack() == una && !sent.isEmpty() && segment.length() == 0 && !windowNews;
    timeoutsInRow = window.edge() <= una ? 0 : timeoutsInRow;
    persistence.answered();
    long before = sent.flightBytes();
    long acked = acknowledge(segment, nowNanos);
    long sacked = recovery.takeSacks(segment, connection.mine, next, nowNanos);
    recovery.react(una, next, acked, sacked, duplicate, before, nowNanos);
    if (acked > 0) {
      rearm(nowNanos);
    }
  }

  private long acknowledge(Segment segment, long nowNanos) {
    long acked = segment.ack() - una;
    if (acked <= 0) {
      return 0;
    }
    una = segment.ack();
    next = Math.max(next, una);
    timeoutsInRow = 0;
    recovery.beginAck(nowNanos);
    sent.removeBelow(una, recovery);
    sampleRoundTrip(segment, nowNanos);
    return acked;
  }

  private void sampleRoundTrip(Segment segment, long nowNanos) {
    long nanos = recovery.unambiguousRoundTripNanos(nowNanos);
    if (nanos < 0 && connection.agreement.timestamps() && segment.timestampEcho() != 0) {
      nanos = connection.timestamps.ageNanos(segment.timestampEcho(), nowNanos);
    }
    if (nanos >= 0) {
      roundTrip.sample(nanos);
    }
  }

  private void rearm(long nowNanos) {
    timers.cancel(Kind.TAIL_PROBE);
    if (sent.isEmpty()) {
      timers.cancel(Kind.RETRANSMISSION);
    } else {
      timers.set(Kind.RETRANSMISSION, nowNanos + roundTrip.rtoNanos());
      recovery.armTailProbe(nowNanos);
    }
  }

  /** Sends everything that may leave now. */
  void transmit(long nowNanos) {
    if (una < 0 || connection.ending() != Ending.NOT_YET) {
      return;
    }
    boolean any = true;
    while (any) {
      any = resend(nowNanos) || sendNew(false, nowNanos);
    }
    boolean blocked = sent.isEmpty() && next < connection.outgoing.limit();
    persistence.wait(blocked, nowNanos);
  }

  private boolean resend(long nowNanos) {
    int index = sent.firstToResend();
    if (index == sent.tail()) {
      return false;
    }
    long start = sent.start(index);
    boolean urgent = recovery.isUrgent();
    long end = cut(index, urgent && start >= window.edge() ? Long.MAX_VALUE : window.edge());
    if (end <= start || !(urgent || recovery.hasRoomFor(end - start))) {
      return false;
    }
    resend(index, end, nowNanos);
    return true;
  }

  private void resend(int index, long end, long nowNanos) {
    long start = sent.start(index);
    recovery.resending(start, end);
    sent.resent(index, end, stamp(nowNanos));
    connection.counters.add(Counter.RETRANSMISSIONS);
    connection.out.data(start, end, nowNanos);
    leave(nowNanos);
  }

  /** Where a retransmission of piece {@code index} ends; not above {@code edge}. */
  private long cut(int index, long edge) {
    long start = sent.start(index);
    long end = sent.end(index);
    if (options.has(Behaviour.RECUT)) {
      int last = index;
      while (last + 1 < sent.tail() && sent.isToResend(last + 1)) {
        last++;
      }
      end = sent.end(last);
      end = random.nextBoolean() ? end : Math.min(end, start + 1 + random.nextInt(mss));
    }
    return Math.min(Math.min(end, fullFrom(start)), edge);
  }

  /** Where a full segment from {@code start} ends; a FIN needs no room. */
  private long fullFrom(long start) {
    SendStream stream = connection.outgoing;
    long end = start + mss;
    return stream.isClosed() && end >= stream.written() ? stream.limit() : end;
  }

  private boolean sendNew(boolean forced, long nowNanos) {
    long limit = connection.outgoing.limit();
    if (next >= limit || next >= window.edge()) {
      return false;
    }
    if (sent.isEmpty() && nowNanos - lastSentNanos > roundTrip.rtoNanos()) {
      recovery.restartAfterIdle();
    }
    long end = Math.min(Math.min(limit, fullFrom(next)), window.edge());
    if (!forced && !(isWorthSending(end, limit) && recovery.hasRoomFor(end - next))) {
      return false;
    }
    long start = next;
    next = end;
    sent.append(start, end, stamp(nowNanos));
    connection.out.data(start, end, nowNanos);
    leave(nowNanos);
    return true;
  }

  /** Whether {@code [next, end)} is no silly segment and Nagle lets it go. */
  private boolean isWorthSending(long end, long limit) {
    long length = end - next;
    if (length >= mss || options.has(Behaviour.SILLY_WINDOWS)) {
      return true;
    }
    if (end == limit) {
      return sent.isEmpty() || !options.has(Behaviour.NAGLE) || connection.outgoing.isClosed();
    }
    return 2 * length >= window.largest();
  }

  /** The time of a transmission; no two have the same, so that their order is known. */
  private long stamp(long nowNanos) {
    lastStampNanos = Math.max(nowNanos, lastStampNanos + 1);
    return lastStampNanos;
  }

  private void leave(long nowNanos) {
    lastSentNanos = nowNanos;
    if (!timers.isSet(Kind.RETRANSMISSION)) {
      timers.set(Kind.RETRANSMISSION, nowNanos + roundTrip.rtoNanos());
    }
    recovery.armTailProbe(nowNanos);
  }

  /** Acts on the retransmission timeout; false if the peer is given up. */
  boolean onTimeout(long nowNanos) {
    if (sent.isEmpty()) {
      return true;
    }
    connection.counters.add(Counter.TIMEOUTS);
    timers.cancel(Kind.TAIL_PROBE);
    if (++timeoutsInRow > options.maxTimeouts()) {
      return false;
    }
    recovery.onTimeout(una, next);
    roundTrip.backOff();
    timers.set(Kind.RETRANSMISSION, nowNanos + roundTrip.rtoNanos());
    transmit(nowNanos);
    return true;
  }

  /** Notes another timeout of the handshake; false if the peer is given up. */
  boolean onSynTimeout(long nowNanos) {
    connection.counters.add(Counter.TIMEOUTS);
    roundTrip.backOff();
    armSyn(nowNanos);
    return ++timeoutsInRow <= options.maxTimeouts();
  }

  /** Lets the handshake wait for an answer. */
  void armSyn(long nowNanos) {
    timers.set(Kind.RETRANSMISSION, nowNanos + roundTrip.rtoNanos());
  }

  /** Sends a tail loss probe (RFC 8985 section 7.3). */
  void onTailProbe(long nowNanos) {
    if (sent.isEmpty() || recovery.isRecovering()) {
      return;
    }
    connection.counters.add(Counter.TAIL_PROBES);
    boolean isNew = sendNew(true, nowNanos);
    if (!isNew) {
      int last = sent.tail() - 1;
      resend(last, sent.end(last), nowNanos);
    }
    recovery.tailProbeSent(next, !isNew);
    timers.cancel(Kind.TAIL_PROBE);
    timers.set(Kind.RETRANSMISSION, nowNanos + roundTrip.rtoNanos());
  }

  /** Takes late pieces for lost when the time for reordering is over. */
  void onReorderingTimeout(long nowNanos) {
    recovery.onReorderingTimeout(una, next, nowNanos);
    transmit(nowNanos);
  }

  /** Probes the window, or sends what little it lets through; false if the peer is given up. */
  boolean onPersist(long nowNanos) {
    if (!sent.isEmpty() || next >= connection.outgoing.limit()) {
      return true;
    }
    if (!sendNew(true, nowNanos)) {
      connection.counters.add(Counter.WINDOW_PROBES);
      if (options.has(Behaviour.EMPTY_PROBES)) {
        connection.out.probe(una - 1, false, nowNanos);
      } else {
        probedEnd = next + 1;
        connection.out.data(next, probedEnd, nowNanos);
      }
    }
    return persistence.probed(nowNanos);
  }
}
