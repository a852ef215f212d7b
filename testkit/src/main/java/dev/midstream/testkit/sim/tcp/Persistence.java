package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.sim.tcp.Timers.Kind;

/** Waits for a closed or silly window to open, and probes it (RFC 9293 section 3.8.6.1). */
final class Persistence {
  private static final long MAX_NANOS = 60_000_000_000L;

  private final Connection connection;
  private final RoundTrip roundTrip;
  private int backoff;
  private int unanswered;

  Persistence(Connection connection, RoundTrip roundTrip) {
    this.connection = connection;
    this.roundTrip = roundTrip;
  }

  /** Waits, if the sender is {@code blocked}; otherwise begins anew the next time. */
  void wait(boolean blocked, long nowNanos) {
    Timers timers = connection.timers;
    if (!blocked) {
      backoff = 0;
      timers.cancel(Kind.PERSIST);
    } else if (!timers.isSet(Kind.PERSIST)) {
      arm(nowNanos);
    }
  }

  /** Notes that a probe left; false if the peer has not answered for too long. */
  boolean probed(long nowNanos) {
    backoff++;
    arm(nowNanos);
    return ++unanswered <= connection.options.maxTimeouts();
  }

  /** Notes that the peer lives. */
  void answered() {
    unanswered = 0;
  }

  private void arm(long nowNanos) {
    long nanos = Math.min(MAX_NANOS, roundTrip.backedOff(backoff));
    connection.timers.set(Kind.PERSIST, nowNanos + nanos);
  }
}
