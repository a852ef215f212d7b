package dev.midstream.gateway.cluster;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When each worker of a node was last at work: a node is as alive as the worker that is held up
 * most. Thread-safe.
 */
final class Pulses {
  private static final long NOT_BEGUN = Long.MAX_VALUE;

  private final AtomicLongArray lastNanos;

  Pulses(int workers) {
    lastNanos = new AtomicLongArray(workers);
    for (int worker = 0; worker < workers; worker++) {
      lastNanos.set(worker, NOT_BEGUN);
    }
  }

  /** A worker is at work. */
  void beat(int worker, long nowNanos) {
    lastNanos.set(worker, nowNanos);
  }

  /** Whether another worker than {@code asking} was not at work for {@code nanos}. */
  boolean isAnyLate(int asking, long nanos, long nowNanos) {
    for (int worker = 0; worker < lastNanos.length(); worker++) {
      long last = lastNanos.get(worker);
      if (worker != asking && last != NOT_BEGUN && nowNanos - last > nanos) {
        return true;
      }
    }
    return false;
  }
}
