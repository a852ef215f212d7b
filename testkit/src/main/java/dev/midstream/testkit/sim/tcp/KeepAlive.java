package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.sim.tcp.Timers.Kind;

/** Probes a peer of which nothing was heard for long (RFC 9293 section 3.8.4). */
final class KeepAlive {
  private static final int MAX_UNANSWERED = 9;

  private final Connection connection;
  private int unanswered;

  KeepAlive(Connection connection) {
    this.connection = connection;
  }

  /** Notes that something was heard. */
  void heard(long nowNanos) {
    unanswered = 0;
    boolean waits = connection.state().isOpen() && connection.state() != TcpState.TIME_WAIT;
    if (waits && connection.options.has(Behaviour.KEEP_ALIVE)) {
      arm(nowNanos);
    }
  }

  /** Sends a probe; false if too many were not answered. */
  boolean probe(long nowNanos) {
    arm(nowNanos);
    if (!connection.sender.isIdle()) {
      return true;
    }
    connection.counters.add(Counter.KEEP_ALIVES);
    boolean garbage = connection.options.has(Behaviour.KEEP_ALIVE_GARBAGE);
    connection.out.probe(connection.sender.next() - 1, garbage, nowNanos);
    return ++unanswered <= MAX_UNANSWERED;
  }

  private void arm(long nowNanos) {
    connection.timers.set(Kind.KEEP_ALIVE, nowNanos + connection.options.times().keepAliveNanos());
  }
}
