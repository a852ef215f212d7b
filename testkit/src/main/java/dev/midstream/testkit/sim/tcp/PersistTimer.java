package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.sim.tcp.Timers.Kind;

/** The persist timer: probes a closed or silly window (RFC 9293 section 3.8.6.1). */
final class PersistTimer {
  private static final long MAX_NANOS = 60_000_000_000L;

  private final Tcb tcb;
  private final RttEstimator rtt;
  private int backoff;
  private int unanswered;

  PersistTimer(Tcb tcb, RttEstimator rtt) {
    this.tcb = tcb;
    this.rtt = rtt;
  }

  /**
   * Arms the timer if the sender is {@code blocked}; otherwise cancels it and resets its backoff.
   */
  void update(boolean blocked, long nowNanos) {
    Timers timers = tcb.timers;
    if (!blocked) {
      backoff = 0;
      timers.cancel(Kind.PERSIST);
    } else if (!timers.isSet(Kind.PERSIST)) {
      arm(nowNanos);
    }
  }

  /** Notes a probe; false if the peer has not answered for too long. */
  boolean onProbeSent(long nowNanos) {
    backoff++;
    arm(nowNanos);
    return ++unanswered <= tcb.options.maxTimeouts();
  }

  /** Notes a segment from the peer. */
  void onAnswer() {
    unanswered = 0;
  }

  private void arm(long nowNanos) {
    long nanos = Math.min(MAX_NANOS, rtt.backedOff(backoff));
    tcb.timers.set(Kind.PERSIST, nowNanos + nanos);
  }
}
