package dev.midstream.testkit.sim.tcp;

/** The RTT estimate and the retransmission timeout, RTO (RFC 6298). */
final class RttEstimator {
  private static final long GRANULARITY_NANOS = 1_000_000L;

  private final EndpointTimes times;
  private long smoothedNanos;
  private long variationNanos;
  private long minNanos = Long.MAX_VALUE;
  private long rtoNanos;
  private int backoff;

  RttEstimator(EndpointTimes times) {
    this.times = times;
    rtoNanos = times.initialRtoNanos();
  }

  /** Adds an RTT sample and resets the backoff. */
  void sample(long nanos) {
    minNanos = Math.min(minNanos, nanos);
    if (smoothedNanos == 0) {
      smoothedNanos = Math.max(1, nanos);
      variationNanos = nanos / 2;
    } else {
      variationNanos = (3 * variationNanos + Math.abs(smoothedNanos - nanos)) / 4;
      smoothedNanos = Math.max(1, (7 * smoothedNanos + nanos) / 8);
    }
    long computed = smoothedNanos + Math.max(GRANULARITY_NANOS, 4 * variationNanos);
    rtoNanos = Math.min(times.maxRtoNanos(), Math.max(times.minRtoNanos(), computed));
    backoff = 0;
  }

  /** The RTO, doubled for each timeout since the last sample. */
  long rtoNanos() {
    return backedOff(backoff);
  }

  /** The RTO, doubled {@code doublings} times. */
  long backedOff(int doublings) {
    return Math.min(times.maxRtoNanos(), rtoNanos << Math.min(doublings, 20));
  }

  void backOff() {
    backoff++;
  }

  /** The smoothed RTT; 0 before the first sample. */
  long smoothedNanos() {
    return smoothedNanos;
  }

  /** The minimum RTT; {@link Long#MAX_VALUE} before the first sample. */
  long minNanos() {
    return minNanos;
  }
}
