package dev.midstream.testkit.sim.tcp;

import dev.midstream.modcmd.offset.SequenceSpace;
import dev.midstream.testkit.sim.tcp.Timers.Kind;

/**
 * Finds out which octets were lost and keeps the congestion window accordingly: by counting
 * duplicates (RFC 6582), by SACK (RFC 6675) or by time (RFC 8985).
 */
final class LossRecovery implements SentTable.Deliveries {
  private static final int DUPLICATES = 3;

  private enum Phase {
    OPEN,
    RECOVERY,
    LOSS
  }

  private final EndpointOptions options;
  private final Counters counters;
  private final Timers timers;
  private final SentTable sent;
  private final CongestionWindow congestion;
  private final SackLosses sackLosses = new SackLosses();
  private final Rack rack;
  private final TailProbe tailProbe;
  private final Undo undo;
  private boolean sack;
  private Phase phase = Phase.OPEN;
  private long recoveryPoint;
  private int duplicates;
  private boolean urgent;
  private long ackNanos;
  private boolean ambiguous;
  private long firstSentNanos = -1;

  LossRecovery(
      EndpointOptions options,
      Counters counters,
      Timers timers,
      SentTable sent,
      RoundTrip roundTrip) {
    this.options = options;
    this.counters = counters;
    this.timers = timers;
    this.sent = sent;
    congestion = new CongestionWindow(options);
    rack = new Rack(roundTrip);
    tailProbe = new TailProbe(options.times(), roundTrip, timers);
    undo = new Undo(counters, options.has(Behaviour.UNDO));
  }

  void begin(int mss, boolean sackAgreed) {
    sack = sackAgreed;
    congestion.begin(mss);
    sackLosses.begin(mss);
    tailProbe.begin(mss);
  }

  /** Sends again what went with a SYN that was taken without it. */
  void synDataRefused() {
    sent.loseAll();
    urgent = !sent.isEmpty();
  }

  boolean isRecovering() {
    return phase != Phase.OPEN;
  }

  /** Whether the next retransmission leaves whatever the congestion window says. */
  boolean isUrgent() {
    return urgent;
  }

  /** Whether the congestion window has room for so many octets more. */
  boolean hasRoomFor(long bytes) {
    long pipe = sent.pipeBytes();
    return pipe == 0 || pipe + bytes <= congestion.window() + limitedTransmitBytes();
  }

  /** RFC 3042, for a sender without SACK; with it the pipe has become smaller by itself. */
  private long limitedTransmitBytes() {
    boolean counts = !sack && phase == Phase.OPEN && options.has(Behaviour.FAST_RETRANSMIT);
    return counts ? (long) Math.min(2, duplicates) * congestion.mss() : 0;
  }

  /** Notes that {@code [start, end)} leaves again. */
  void resending(long start, long end) {
    urgent = false;
    undo.resending(start, end);
  }

  void restartAfterIdle() {
    congestion.restart();
  }

  /** Begins to take an acknowledgement. */
  void beginAck(long nowNanos) {
    ackNanos = nowNanos;
    ambiguous = false;
    firstSentNanos = -1;
  }

  @Override
  public void delivered(long start, long end, long sentNanos, int transmissions) {
    ambiguous |= transmissions > 1;
    firstSentNanos = firstSentNanos < 0 ? sentNanos : Math.min(firstSentNanos, sentNanos);
    rack.delivered(end, sentNanos, transmissions, ackNanos);
  }

  /** The time since what was acknowledged had left; −1 if it left more than once (Karn). */
  long unambiguousRoundTripNanos(long nowNanos) {
    return ambiguous || firstSentNanos < 0 ? -1 : Math.max(0, nowNanos - firstSentNanos);
  }

  /** Takes the SACK blocks of a segment and answers how many octets they newly report. */
  long takeSacks(Segment segment, SequenceSpace mine, long next, long nowNanos) {
    if (!sack || segment.sackBlocks() == 0) {
      return 0;
    }
    ackNanos = nowNanos;
    long news = 0;
    for (int i = 0; i < segment.sackBlocks(); i++) {
      long left = segment.sackLeft(i, mine);
      long right = segment.sackRight(i, mine);
      if (right > next || left >= right) {
        counters.add(Counter.SACKS_BEYOND_SENT);
      } else if (i == 0 && isDuplicateReport(segment, mine, left, right)) {
        duplicateTold(left, right);
      } else if (right > segment.ack()) {
        news += sent.sack(Math.max(left, segment.ack()), right, this);
      }
    }
    return news;
  }

  /** Whether the first block reports a duplicate (RFC 2883 section 4). */
  private static boolean isDuplicateReport(
      Segment segment, SequenceSpace mine, long left, long right) {
    if (right <= segment.ack()) {
      return true;
    }
    return segment.sackBlocks() > 1
        && segment.sackLeft(1, mine) <= left
        && right <= segment.sackRight(1, mine);
  }

  private void duplicateTold(long left, long right) {
    rack.duplicateTold();
    tailProbe.duplicateTold();
    if (undo.duplicateTold(left, right)) {
      congestion.undo();
      sent.loseNothing();
      phase = Phase.OPEN;
    }
  }

  /** Draws the conclusions of an acknowledgement; {@code sacked} octets are newly reported. */
  void react(
      long una,
      long next,
      long acked,
      long sacked,
      boolean duplicate,
      long flightBefore,
      long nowNanos) {
    if (duplicate) {
      counters.add(Counter.DUPLICATE_ACKS);
    }
    boolean news = sack ? sacked > 0 : duplicate;
    duplicates = acked > 0 ? 0 : news ? duplicates + 1 : duplicates;
    boolean recovered = isRecovering() && una >= recoveryPoint;
    if (recovered) {
      endRecovery();
    }
    if (sack) {
      reactToSacks(una, next, nowNanos);
    } else {
      reactToDuplicates(una, next, acked, duplicate);
    }
    if (acked > 0 && phase != Phase.RECOVERY && !recovered) {
      congestion.grow(acked, flightBefore);
    }
    if (tailProbe.isLossTold(una, acked, duplicate)) {
      congestion.reduce(flightBefore);
    }
  }

  private void endRecovery() {
    if (phase == Phase.RECOVERY && sack) {
      congestion.settle();
    } else if (phase == Phase.RECOVERY) {
      congestion.settle(sent.flightBytes());
    }
    phase = Phase.OPEN;
    duplicates = 0;
  }

  private void reactToDuplicates(long una, long next, long acked, boolean duplicate) {
    if (acked > 0 && phase == Phase.RECOVERY) {
      congestion.deflate(acked);
      sent.lose(sent.head());
      urgent = true;
    } else if (duplicate && phase == Phase.RECOVERY) {
      congestion.inflate(1);
    } else if (duplicates == DUPLICATES && mayEnter()) {
      sent.lose(sent.head());
      enter(una, next);
      congestion.inflate(DUPLICATES);
    }
  }

  private void reactToSacks(long una, long next, long nowNanos) {
    if (sent.isEmpty() || !options.has(Behaviour.FAST_RETRANSMIT)) {
      return;
    }
    if (options.has(Behaviour.RACK)) {
      boolean many = isRecovering() || duplicates >= DUPLICATES;
      long wait = rack.findLosses(sent, many, nowNanos);
      if (wait > 0) {
        timers.set(Kind.REORDERING, nowNanos + wait);
      } else {
        timers.cancel(Kind.REORDERING);
      }
    } else {
      sackLosses.find(sent, duplicates >= DUPLICATES);
    }
    if (sent.anyToResend() && mayEnter()) {
      enter(una, next);
    }
  }

  /** Takes late pieces for lost when the time for reordering is over. */
  void onReorderingTimeout(long una, long next, long nowNanos) {
    reactToSacks(una, next, nowNanos);
  }

  private boolean mayEnter() {
    return phase == Phase.OPEN && options.has(Behaviour.FAST_RETRANSMIT) && !sent.isEmpty();
  }

  private void enter(long una, long next) {
    counters.add(Counter.FAST_RECOVERIES);
    phase = Phase.RECOVERY;
    recoveryPoint = next;
    urgent = true;
    undo.begin(una);
    congestion.reduce(sent.flightBytes());
    timers.cancel(Kind.TAIL_PROBE);
  }

  /** Takes everything for lost after a timeout (RFC 6298 section 5, RFC 5681 section 3.1). */
  void onTimeout(long una, long next) {
    boolean first = phase != Phase.LOSS;
    congestion.collapse(sent.flightBytes(), first);
    if (first) {
      undo.begin(una);
    }
    phase = Phase.LOSS;
    recoveryPoint = next;
    duplicates = 0;
    urgent = true;
    if (sent.isSacked(sent.head())) {
      counters.add(Counter.RENEGINGS);
      sent.forgetSacks();
    }
    timers.cancel(Kind.REORDERING);
    tailProbe.forget();
    sent.loseAll();
  }

  /** Arms the tail loss probe, if this sender makes any. */
  void armTailProbe(long nowNanos) {
    boolean probes = sack && options.has(Behaviour.RACK) && options.has(Behaviour.FAST_RETRANSMIT);
    if (probes && phase == Phase.OPEN && sent.sackedBytes() == 0 && !sent.isEmpty()) {
      tailProbe.arm(sent.flightBytes(), nowNanos);
    }
  }

  /** Notes that a tail loss probe left. */
  void tailProbeSent(long next, boolean retransmitted) {
    tailProbe.sent(next, retransmitted);
  }
}
