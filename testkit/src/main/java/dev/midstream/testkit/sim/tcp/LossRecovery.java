package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.testkit.sim.tcp.Timers.Kind;

/**
 * Detects lost octets and controls the congestion window: by duplicate acknowledgements (RFC 6582),
 * by SACK (RFC 6675) or by time (RFC 8985).
 */
final class LossRecovery implements Scoreboard.Deliveries {
  private static final int DUP_THRESH = 3;

  private enum Phase {
    OPEN,
    RECOVERY,
    LOSS
  }

  private final EndpointOptions options;
  private final Counters counters;
  private final Timers timers;
  private final Scoreboard scoreboard;
  private final CongestionWindow congestion;
  private final SackLossDetection sackLossDetection = new SackLossDetection();
  private final Rack rack;
  private final TailLossProbe tailLossProbe;
  private final DsackUndo undo;
  private boolean sack;
  private Phase phase = Phase.OPEN;
  private long recoveryPoint;
  private int dupAcks;
  private boolean retransmitForced;
  private long ackNanos;
  private boolean ambiguous;
  private long firstSentNanos = -1;

  LossRecovery(
      EndpointOptions options,
      Counters counters,
      Timers timers,
      Scoreboard scoreboard,
      RttEstimator rtt) {
    this.options = options;
    this.counters = counters;
    this.timers = timers;
    this.scoreboard = scoreboard;
    congestion = new CongestionWindow(options);
    rack = new Rack(rtt);
    tailLossProbe = new TailLossProbe(options.times(), rtt, timers);
    undo = new DsackUndo(counters, options.has(Behaviour.UNDO));
  }

  void begin(int mss, boolean sackAgreed) {
    sack = sackAgreed;
    congestion.begin(mss);
    sackLossDetection.begin(mss);
    tailLossProbe.begin(mss);
  }

  /** Retransmits the data of a SYN that was acknowledged without its data. */
  void onSynDataRefused() {
    scoreboard.markAllLost();
    retransmitForced = !scoreboard.isEmpty();
  }

  /** Retransmits everything in flight, because segments were too large for the path. */
  void onSegmentsLimited() {
    scoreboard.markAllLost();
    retransmitForced = !scoreboard.isEmpty();
  }

  boolean isRecovering() {
    return phase != Phase.OPEN;
  }

  /** Whether the next retransmission ignores cwnd. */
  boolean isRetransmitForced() {
    return retransmitForced;
  }

  /** Whether cwnd has room for {@code bytes} more octets. */
  boolean hasRoomFor(long bytes) {
    long pipe = scoreboard.pipeBytes();
    return pipe == 0 || pipe + bytes <= congestion.cwnd() + limitedTransmitBytes();
  }

  /**
   * Limited transmit (RFC 3042) for a sender without SACK; with SACK the pipe shrinks by itself.
   */
  private long limitedTransmitBytes() {
    boolean counts = !sack && phase == Phase.OPEN && options.has(Behaviour.FAST_RETRANSMIT);
    return counts ? (long) Math.min(2, dupAcks) * congestion.mss() : 0;
  }

  /** Notes a retransmission of {@code [start, end)}. */
  void onRetransmit(long start, long end) {
    retransmitForced = false;
    undo.onRetransmit(start, end);
  }

  void restartAfterIdle() {
    congestion.restartAfterIdle();
  }

  /** Starts processing an acknowledgement. */
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

  /** The RTT of the acknowledged octets; −1 if any of them was retransmitted (Karn's algorithm). */
  long unambiguousRttNanos(long nowNanos) {
    return ambiguous || firstSentNanos < 0 ? -1 : Math.max(0, nowNanos - firstSentNanos);
  }

  /** Processes the SACK blocks of a segment and returns the number of newly reported octets. */
  long processSackBlocks(Segment segment, SequenceNumbers sendSpace, long next, long nowNanos) {
    if (!sack || segment.sackBlocks() == 0) {
      return 0;
    }
    ackNanos = nowNanos;
    long news = 0;
    for (int i = 0; i < segment.sackBlocks(); i++) {
      long left = segment.sackLeft(i, sendSpace);
      long right = segment.sackRight(i, sendSpace);
      if (right > next || left >= right) {
        counters.add(Counter.SACKS_BEYOND_SENT);
      } else if (i == 0 && isDuplicateReport(segment, sendSpace, left, right)) {
        onDsack(left, right);
      } else if (right > segment.ack()) {
        news += scoreboard.sack(Math.max(left, segment.ack()), right, this);
      }
    }
    return news;
  }

  /** Whether the first block reports a duplicate (RFC 2883 section 4). */
  private static boolean isDuplicateReport(
      Segment segment, SequenceNumbers sendSpace, long left, long right) {
    if (right <= segment.ack()) {
      return true;
    }
    return segment.sackBlocks() > 1
        && segment.sackLeft(1, sendSpace) <= left
        && right <= segment.sackRight(1, sendSpace);
  }

  private void onDsack(long left, long right) {
    rack.onDsack();
    tailLossProbe.onDsack();
    if (undo.onDsack(left, right)) {
      congestion.undo();
      scoreboard.clearLost();
      phase = Phase.OPEN;
    }
  }

  /** Reacts to an acknowledgement that newly reports {@code sacked} octets by SACK. */
  void onAck(
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
    dupAcks = acked > 0 ? 0 : news ? dupAcks + 1 : dupAcks;
    boolean recovered = isRecovering() && una >= recoveryPoint;
    if (recovered) {
      endRecovery();
    }
    if (sack) {
      detectLosses(una, next, nowNanos);
    } else {
      onDuplicateAck(una, next, acked, duplicate);
    }
    if (acked > 0 && phase != Phase.RECOVERY && !recovered) {
      congestion.onAck(acked, flightBefore);
    }
    if (tailLossProbe.detectLoss(una, acked, duplicate)) {
      congestion.reduce(flightBefore);
    }
  }

  private void endRecovery() {
    if (phase == Phase.RECOVERY && sack) {
      congestion.exitRecovery();
    } else if (phase == Phase.RECOVERY) {
      congestion.exitRecovery(scoreboard.flightBytes());
    }
    phase = Phase.OPEN;
    dupAcks = 0;
  }

  private void onDuplicateAck(long una, long next, long acked, boolean duplicate) {
    if (acked > 0 && phase == Phase.RECOVERY) {
      congestion.deflate(acked);
      scoreboard.markLost(scoreboard.head());
      retransmitForced = true;
    } else if (duplicate && phase == Phase.RECOVERY) {
      congestion.inflate(1);
    } else if (dupAcks == DUP_THRESH && mayEnterRecovery()) {
      scoreboard.markLost(scoreboard.head());
      enterRecovery(una, next);
      congestion.inflate(DUP_THRESH);
    }
  }

  private void detectLosses(long una, long next, long nowNanos) {
    if (scoreboard.isEmpty() || !options.has(Behaviour.FAST_RETRANSMIT)) {
      return;
    }
    if (options.has(Behaviour.RACK)) {
      boolean many = isRecovering() || dupAcks >= DUP_THRESH;
      long wait = rack.detectLosses(scoreboard, many, nowNanos);
      if (wait > 0) {
        timers.set(Kind.REORDERING, nowNanos + wait);
      } else {
        timers.cancel(Kind.REORDERING);
      }
    } else {
      sackLossDetection.detect(scoreboard, dupAcks >= DUP_THRESH);
    }
    if (scoreboard.anyToRetransmit() && mayEnterRecovery()) {
      enterRecovery(una, next);
    }
  }

  /** Detects losses when the reordering timer expires. */
  void onReorderingTimeout(long una, long next, long nowNanos) {
    detectLosses(una, next, nowNanos);
  }

  private boolean mayEnterRecovery() {
    return phase == Phase.OPEN && options.has(Behaviour.FAST_RETRANSMIT) && !scoreboard.isEmpty();
  }

  private void enterRecovery(long una, long next) {
    counters.add(Counter.FAST_RECOVERIES);
    phase = Phase.RECOVERY;
    recoveryPoint = next;
    retransmitForced = true;
    undo.begin(una);
    congestion.reduce(scoreboard.flightBytes());
    timers.cancel(Kind.TAIL_PROBE);
  }

  /** Reduces cwnd because the peer reported a congestion mark (RFC 3168 section 6.1.2). */
  void onCongestionReport() {
    if (phase == Phase.OPEN) {
      congestion.reduce(scoreboard.flightBytes());
    }
  }

  /** Marks everything as lost after a timeout (RFC 6298 section 5, RFC 5681 section 3.1). */
  void onTimeout(long una, long next) {
    boolean first = phase != Phase.LOSS;
    congestion.onTimeout(scoreboard.flightBytes(), first);
    if (first) {
      undo.begin(una);
    }
    phase = Phase.LOSS;
    recoveryPoint = next;
    dupAcks = 0;
    retransmitForced = true;
    if (scoreboard.isSacked(scoreboard.head())) {
      counters.add(Counter.RENEGINGS);
      scoreboard.clearSacks();
    }
    timers.cancel(Kind.REORDERING);
    tailLossProbe.cancel();
    scoreboard.markAllLost();
  }

  /** Arms the tail loss probe if this sender uses it. */
  void armTailProbe(long nowNanos) {
    boolean probes = sack && options.has(Behaviour.RACK) && options.has(Behaviour.FAST_RETRANSMIT);
    if (probes && phase == Phase.OPEN && scoreboard.sackedBytes() == 0 && !scoreboard.isEmpty()) {
      tailLossProbe.arm(scoreboard.flightBytes(), nowNanos);
    }
  }

  /** Notes that a tail loss probe was sent. */
  void tailProbeSent(long next, boolean retransmitted) {
    tailLossProbe.sent(next, retransmitted);
  }
}
