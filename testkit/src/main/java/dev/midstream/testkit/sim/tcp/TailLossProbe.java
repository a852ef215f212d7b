package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.sim.tcp.Timers.Kind;

/** The tail loss probe, TLP (RFC 8985 section 7). */
final class TailLossProbe {
  private static final long NONE = -1;
  private static final long WORST_DELAYED_ACK_NANOS = 200_000_000L;

  private final EndpointTimes times;
  private final RttEstimator rtt;
  private final Timers timers;
  private int mss = 1;
  private long end = NONE;
  private boolean retransmitted;
  private boolean dsackSeen;

  TailLossProbe(EndpointTimes times, RttEstimator rtt, Timers timers) {
    this.times = times;
    this.rtt = rtt;
    this.timers = timers;
  }

  void begin(int mss) {
    this.mss = mss;
  }

  /** Arms the timer, unless the retransmission timeout is earlier or a probe is outstanding. */
  void arm(long flightBytes, long nowNanos) {
    if (end != NONE) {
      return;
    }
    long wait =
        rtt.smoothedNanos() == 0
            ? times.initialRtoNanos()
            : 2 * rtt.smoothedNanos() + (flightBytes <= mss ? WORST_DELAYED_ACK_NANOS : 0);
    if (nowNanos + wait < timers.deadlineNanos(Kind.RETRANSMISSION)) {
      timers.set(Kind.TAIL_PROBE, nowNanos + wait);
    } else {
      timers.cancel(Kind.TAIL_PROBE);
    }
  }

  /** Notes a probe; everything up to {@code next} is in flight. */
  void sent(long next, boolean retransmitted) {
    end = next;
    this.retransmitted = retransmitted;
    dsackSeen = false;
  }

  void onDsack() {
    dsackSeen = true;
  }

  void cancel() {
    end = NONE;
  }

  /** Whether an acknowledgement shows that the probe repaired a loss; ends the episode. */
  boolean detectLoss(long una, long acked, boolean duplicate) {
    if (end == NONE || una < end) {
      return false;
    }
    boolean both = !retransmitted || dsackSeen;
    if (both || una > end || duplicate) {
      end = NONE;
      return !both && una > end && acked > 0;
    }
    return false;
  }
}
