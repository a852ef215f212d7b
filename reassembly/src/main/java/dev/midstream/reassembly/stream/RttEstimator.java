package dev.midstream.reassembly.stream;

/**
 * The round trip from the engine to the receiver of one direction and back, and the timeout that
 * follows from it (RFC 6298). What left more than once, octets or a SYN, measures nothing (Karn).
 */
public final class RttEstimator {
  private static final long FIRST_NANOS = 1_000_000_000L;
  private static final long LEAST_NANOS = 200_000_000L;
  private static final long MOST_NANOS = 60_000_000_000L;
  private static final long LEAST_ANSWER_NANOS = 2_000_000L;
  private static final long LEAST_CUSTODY_NANOS = 20_000_000L;
  private static final long MOST_CUSTODY_NANOS = 100_000_000L;
  private static final long GRANULARITY_NANOS = 1_000_000L;
  private static final long LEAST_PROBE_NANOS = 10_000_000L;
  private static final long ACK_DELAY_NANOS = 50_000_000L;
  private static final int RECENT = 8;
  private static final int MOST_DOUBLINGS = 9;

  private static final long NOT_YET = Long.MIN_VALUE;
  private static final long NO_MORE = Long.MAX_VALUE;

  private final long[] recentNanos = new long[RECENT];
  private int samples;
  private long smoothedNanos;
  private long variationNanos;
  private boolean measuring;
  private long measuredEnd;
  private long measuredNanos;
  private int doublings;
  private long synNanos = NOT_YET;

  /** A SYN left, with or without octets. */
  public void synSent(long nowNanos) {
    synNanos = synNanos == NOT_YET ? nowNanos : NO_MORE;
  }

  /**
   * The receiver acknowledged the SYN, and perhaps more. Within one reading of the clock nothing is
   * measured.
   */
  public void synAcknowledged(long nowNanos) {
    if (synNanos != NOT_YET && nowNanos > synNanos) {
      take(nowNanos - synNanos);
    }
    synNanos = NO_MORE;
  }

  /** New octets up to {@code newEnd} left for the first time. */
  public void sent(long newEnd, long nowNanos) {
    if (!measuring) {
      measuring = true;
      measuredEnd = newEnd;
      measuredNanos = nowNanos;
    }
  }

  /** Octets from {@code newStart} on left again. */
  public void repeated(long newStart) {
    if (newStart < measuredEnd) {
      measuring = false;
    }
  }

  /** The receiver acknowledged everything below {@code newPosition}, for the first time. */
  public void acknowledged(long newPosition, long nowNanos) {
    doublings = 0;
    if (measuring && newPosition >= measuredEnd) {
      measuring = false;
      take(nowNanos - measuredNanos);
    }
  }

  /** Whether there was a sample. */
  public boolean isMeasured() {
    return samples > 0;
  }

  /** The receiver has answered: the next timeout is no longer than usual. */
  public void endBackOff() {
    doublings = 0;
  }

  /** The timeout has passed once more. */
  public void backOff() {
    doublings = Math.min(MOST_DOUBLINGS, doublings + 1);
  }

  /** How long to wait for an acknowledgement before octets are sent again. */
  public long timeoutNanos() {
    long once =
        samples == 0
            ? FIRST_NANOS
            : Math.max(
                LEAST_NANOS, smoothedNanos + Math.max(GRANULARITY_NANOS, 4 * variationNanos));
    return Math.min(MOST_NANOS, once << doublings);
  }

  /**
   * How long to wait before the last octets that left are sent again as a probe (RFC 8985 section
   * 7.2), which is no timeout yet.
   *
   * @param isSingle whether a receiver that waits for a second segment would wait now
   */
  public long probeNanos(boolean isSingle) {
    if (samples == 0) {
      return timeoutNanos();
    }
    long usual = Math.max(LEAST_PROBE_NANOS, 2 * smoothedNanos);
    return Math.min(timeoutNanos(), isSingle ? usual + ACK_DELAY_NANOS : usual);
  }

  /**
   * After which time the receiver's answer to what was just sent has surely come, unless it is one
   * that the receiver delays: twice the shortest of the last samples is enough for it.
   */
  public long answerNanos() {
    return samples == 0 ? FIRST_NANOS : Math.min(smoothedNanos + 4 * variationNanos, promptNanos());
  }

  /** The smoothed round trip; 0 before the first sample. */
  public long smoothedNanos() {
    return smoothedNanos;
  }

  /**
   * How long octets are held before the engine acknowledges them itself: about the round trip, so
   * that the sender measures what it would without the engine. The receiver's delayed
   * acknowledgements do not count: the shortest of the last samples does.
   */
  public long custodyDelayNanos() {
    return Math.clamp(leastNanos(), LEAST_CUSTODY_NANOS, MOST_CUSTODY_NANOS);
  }

  /** In which time a receiver that does not delay its acknowledgement has answered. */
  public long promptNanos() {
    return samples == 0 ? MOST_CUSTODY_NANOS : Math.max(2 * leastNanos(), LEAST_ANSWER_NANOS);
  }

  /** The shortest of the last samples. */
  private long leastNanos() {
    long least = samples == 0 ? MOST_CUSTODY_NANOS : Long.MAX_VALUE;
    for (int i = 0; i < Math.min(samples, RECENT); i++) {
      least = Math.min(least, recentNanos[i]);
    }
    return least;
  }

  private void take(long nanos) {
    recentNanos[samples % RECENT] = nanos;
    if (samples == 0) {
      smoothedNanos = nanos;
      variationNanos = nanos / 2;
    } else {
      variationNanos += (Math.abs(smoothedNanos - nanos) - variationNanos) / 4;
      smoothedNanos += (nanos - smoothedNanos) / 8;
    }
    samples = samples == Integer.MAX_VALUE ? RECENT : samples + 1;
  }
}
