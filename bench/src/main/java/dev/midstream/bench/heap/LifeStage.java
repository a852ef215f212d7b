package dev.midstream.bench.heap;

import dev.midstream.reassembly.flow.ConnectionState;
import java.util.concurrent.TimeUnit;

/** How far a connection has come when its heap is measured. */
enum LifeStage {
  /** A SYN without an answer. */
  HALF_OPEN(ConnectionState.OPENING, 10, 5),
  /** Octets went both ways, and all are acknowledged. */
  IDLE(ConnectionState.ESTABLISHED, 60, 3_600),
  /** As {@link #IDLE}, and then both FINs were acknowledged. */
  ENDED(ConnectionState.CLOSING, 10, 5);

  private final ConnectionState state;
  private final long restSeconds;
  private final long quietSeconds;

  LifeStage(ConnectionState state, long restSeconds, long quietSeconds) {
    this.state = state;
    this.restSeconds = restSeconds;
    this.quietSeconds = quietSeconds;
  }

  /** The state in which the engine has such a connection. */
  ConnectionState state() {
    return state;
  }

  /** Time without packets before the measurement; the shorter timers run out. */
  long restNanos() {
    return TimeUnit.SECONDS.toNanos(restSeconds);
  }

  /** For at least this time no timer is due after the rest. */
  long quietNanos() {
    return TimeUnit.SECONDS.toNanos(quietSeconds);
  }
}
