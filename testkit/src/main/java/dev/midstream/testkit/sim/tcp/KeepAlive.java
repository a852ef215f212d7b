package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.sim.tcp.Timers.Kind;

/**
 * Probes an idle peer (RFC 9293 section 3.8.4), and repeats an unanswered probe after 75 s at most,
 * as common systems do.
 */
final class KeepAlive {
  private static final int MAX_UNANSWERED = 9;
  private static final long INTERVAL_NANOS = 75_000_000_000L;

  private final Tcb tcb;
  private int unanswered;

  KeepAlive(Tcb tcb) {
    this.tcb = tcb;
  }

  /** Notes that a segment arrived. */
  void onSegment(long nowNanos) {
    unanswered = 0;
    boolean waits = tcb.state().isSynchronized() && tcb.state() != TcpState.TIME_WAIT;
    if (waits && tcb.options.has(Behaviour.KEEP_ALIVE)) {
      arm(nowNanos + tcb.options.times().keepAliveNanos());
    }
  }

  /** Sends a probe; false if too many probes were not answered. */
  boolean probe(long nowNanos) {
    arm(nowNanos + Math.min(INTERVAL_NANOS, tcb.options.times().keepAliveNanos()));
    if (!tcb.sender.isIdle()) {
      return true;
    }
    tcb.counters.add(Counter.KEEP_ALIVES);
    boolean garbage = tcb.options.has(Behaviour.KEEP_ALIVE_GARBAGE);
    tcb.transmitter.probe(tcb.sender.next() - 1, garbage, nowNanos);
    return ++unanswered <= MAX_UNANSWERED;
  }

  private void arm(long dueNanos) {
    tcb.timers.set(Kind.KEEP_ALIVE, dueNanos);
  }
}
