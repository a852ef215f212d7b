package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Round-trip time between the engine and the receiver of one direction, and the RTO derived from it
 * (RFC 6298). Its minimum is lower than the 1 s of RFC 6298 section 2.4, as in Linux. Retransmitted
 * octets and SYNs are not measured (Karn's algorithm), others also when SACK reports them. Derived
 * state.
 */
public final class RttEstimator {
  /** The shortest timeout of a SYN: one that comes again sooner was copied on its way. */
  public static final long MIN_SYN_TIMEOUT_NANOS = 200_000_000L;

  private static final long INITIAL_RTO_NANOS = 1_000_000_000L;
  private static final long AFTER_SYN_TIMEOUT_NANOS = 3_000_000_000L;
  private static final long MIN_RTO_NANOS = 200_000_000L;
  private static final long MAX_RTO_NANOS = 60_000_000_000L;
  private static final long MIN_ACK_WAIT_NANOS = 2_000_000L;
  private static final long MIN_CUSTODY_NANOS = 20_000_000L;
  private static final long MAX_CUSTODY_NANOS = 500_000_000L;
  private static final long ASSUMED_ROUND_TRIP_NANOS = 100_000_000L;
  private static final long GRANULARITY_NANOS = 1_000_000L;
  private static final long MIN_PROBE_NANOS = 10_000_000L;
  private static final long ACK_DELAY_NANOS = 50_000_000L;
  private static final int RECENT_SAMPLES = 8;
  private static final int MAX_DOUBLINGS = 9;

  private static final long NOT_SENT = Long.MIN_VALUE;
  private static final long NOT_MEASURED = Long.MAX_VALUE;

  private final long[] recentNanos = new long[RECENT_SAMPLES];
  private int samples;
  private long srttNanos;
  private long rttvarNanos;
  private boolean measuring;
  private long measuredEnd;
  private long measuredNanos;
  private boolean repeatedBefore;
  private long lastSentNanos = NOT_SENT;
  private int doublings;
  private long synNanos = NOT_SENT;
  private long lastSynNanos = NOT_SENT;
  private boolean synAnswers;
  private boolean synRepeated;

  /** Writes the estimates, not the samples: of these only the shortest. */
  void write(StateWriter out, long nowNanos) {
    out.flags(samples > 0, synAnswers, synRepeated, synNanos != NOT_SENT, measuring);
    out.number(doublings);
    out.time(lastSentNanos, nowNanos);
    if (samples > 0) {
      out.number(srttNanos);
      out.number(rttvarNanos);
      out.number(shortestNanos());
    }
    if (synNanos != NOT_SENT) {
      out.time(synNanos, nowNanos);
    }
    if (measuring) {
      out.flags(repeatedBefore);
      out.number(measuredEnd);
      out.time(measuredNanos, nowNanos);
    }
  }

  void read(StateReader in, long nowNanos) {
    int flags = in.count(31);
    doublings = in.count(MAX_DOUBLINGS);
    lastSentNanos = in.time(nowNanos);
    if ((flags & 1) != 0) {
      samples = 1;
      srttNanos = in.position();
      rttvarNanos = in.position();
      recentNanos[0] = in.position();
    }
    synAnswers = (flags & 2) != 0;
    synRepeated = (flags & 4) != 0;
    synNanos = (flags & 8) != 0 ? in.time(nowNanos) : NOT_SENT;
    measuring = (flags & 16) != 0;
    if (measuring) {
      repeatedBefore = in.count(1) != 0;
      measuredEnd = in.position();
      measuredNanos = in.time(nowNanos);
    }
  }

  /**
   * A SYN was sent, with or without octets. A SYN-ACK after a SYN belongs to a simultaneous open,
   * and a copy on its way may double any SYN: no timer expired then, but nothing is measured,
   * because the receiver may acknowledge either.
   *
   * @param isAnswer whether it is a SYN-ACK
   */
  public void onSynSent(boolean isAnswer, long nowNanos) {
    boolean isFirst = synNanos == NOT_SENT;
    boolean isCopy = lastSynNanos != NOT_SENT && nowNanos - lastSynNanos < MIN_SYN_TIMEOUT_NANOS;
    synRepeated |= !isFirst && !isCopy && (synAnswers || !isAnswer);
    synAnswers |= isAnswer;
    lastSynNanos = nowNanos;
    synNanos = isFirst ? nowNanos : NOT_MEASURED;
  }

  /** The receiver acknowledged the SYN. Nothing is measured if the clock has not advanced since. */
  public void onSynAcknowledged(long nowNanos) {
    if (synNanos != NOT_SENT && nowNanos > synNanos) {
      addSample(nowNanos - synNanos);
    }
    synNanos = NOT_MEASURED;
  }

  /** New octets up to {@code newEnd} were sent for the first time. */
  public void onSent(long newEnd, long nowNanos) {
    lastSentNanos = nowNanos;
    if (!measuring) {
      measuring = true;
      measuredEnd = newEnd;
      measuredNanos = nowNanos;
      repeatedBefore = false;
    }
  }

  /** The octets of [newStart, newEnd) were retransmitted. */
  public void onRetransmitted(long newStart, long newEnd) {
    if (newStart < measuredEnd) {
      repeatedBefore = true;
      measuring &= newEnd < measuredEnd;
    }
  }

  /**
   * The receiver reported [newStart, newEnd) by SACK. Measured octets that left once are a sample,
   * also when others before them were lost.
   */
  public void onReported(long newStart, long newEnd, long nowNanos) {
    if (measuring && newStart < measuredEnd && newEnd >= measuredEnd) {
      measuring = false;
      addSample(nowNanos - measuredNanos);
    }
  }

  /**
   * The receiver acknowledged everything below {@code newPosition} for the first time. That is no
   * sample if octets before the measured ones were retransmitted: it may have waited for them.
   */
  public void onAcknowledged(long newPosition, long nowNanos) {
    doublings = 0;
    if (measuring && newPosition >= measuredEnd) {
      measuring = false;
      if (!repeatedBefore) {
        addSample(nowNanos - measuredNanos);
      }
    }
  }

  /** Ends a measurement: the acknowledgement of the measured octets may have come unseen. */
  public void endMeasurement() {
    measuring = false;
  }

  /** When new octets were sent last; {@link Long#MIN_VALUE} if none were. */
  public long lastSentNanos() {
    return lastSentNanos;
  }

  /** Whether there is a sample. */
  public boolean isMeasured() {
    return samples > 0;
  }

  /** Ends the back-off: the receiver has answered. */
  public void endBackOff() {
    doublings = 0;
  }

  /** Doubles the RTO, up to a limit. */
  public void backOff() {
    doublings = Math.min(MAX_DOUBLINGS, doublings + 1);
  }

  /** The retransmission timeout (RTO), back-off included. */
  public long rtoNanos() {
    return Math.min(MAX_RTO_NANOS, firstRtoNanos() << doublings);
  }

  /**
   * The retransmission timeout without back-off; 3 s after a SYN that timed out, until measured.
   */
  public long firstRtoNanos() {
    if (samples == 0) {
      return synRepeated ? AFTER_SYN_TIMEOUT_NANOS : INITIAL_RTO_NANOS;
    }
    return Math.max(MIN_RTO_NANOS, srttNanos + Math.max(GRANULARITY_NANOS, 4 * rttvarNanos));
  }

  /**
   * Timeout before the last segment is sent again as a tail loss probe (RFC 8985 section 7.2).
   *
   * @param isSingle whether a receiver with delayed ACKs would wait for a second segment
   */
  public long probeTimeoutNanos(boolean isSingle) {
    if (samples == 0) {
      return rtoNanos();
    }
    long usual = Math.max(MIN_PROBE_NANOS, 2 * srttNanos);
    return Math.min(rtoNanos(), isSingle ? usual + ACK_DELAY_NANOS : usual);
  }

  /**
   * Time after which the ACK of a segment that was just sent has arrived; the RTO until measured.
   *
   * @param isDelayed whether the receiver may delay it
   */
  public long ackWaitNanos(boolean isDelayed) {
    if (samples == 0) {
      return firstRtoNanos();
    }
    long promptNanos =
        Math.max(MIN_ACK_WAIT_NANOS, Math.min(srttNanos + 4 * rttvarNanos, promptAckNanos()));
    long delayedNanos = Math.min(promptNanos + ACK_DELAY_NANOS, firstRtoNanos());
    return isDelayed ? Math.max(promptNanos, delayedNanos) : promptNanos;
  }

  /** The smoothed round-trip time (SRTT); 0 before the first sample. */
  public long srttNanos() {
    return srttNanos;
  }

  /**
   * How long octets are held before the engine acknowledges them itself: about the round trip, so
   * that the sender measures the same RTT as without the engine. It is derived from the shortest
   * recent sample, because others may contain the receiver's ACK delay. It is longer by an eighth,
   * so that the receiver's own ACKs come first: one acknowledgement in place of all of them would
   * slow down the growth of the sender's congestion window.
   */
  public long custodyDelayNanos() {
    if (samples == 0) {
      return ASSUMED_ROUND_TRIP_NANOS;
    }
    long shortest = shortestNanos();
    return Math.clamp(shortest + shortest / 8, MIN_CUSTODY_NANOS, MAX_CUSTODY_NANOS);
  }

  /** Time within which a receiver that does not delay its ACK has answered. */
  public long promptAckNanos() {
    return samples == 0
        ? ASSUMED_ROUND_TRIP_NANOS
        : Math.max(2 * shortestNanos(), MIN_ACK_WAIT_NANOS);
  }

  /** The shortest recent sample; 100 ms before the first. */
  public long shortestNanos() {
    long min = samples == 0 ? ASSUMED_ROUND_TRIP_NANOS : Long.MAX_VALUE;
    for (int i = 0; i < Math.min(samples, RECENT_SAMPLES); i++) {
      min = Math.min(min, recentNanos[i]);
    }
    return min;
  }

  private void addSample(long nanos) {
    recentNanos[samples % RECENT_SAMPLES] = nanos;
    if (samples == 0) {
      srttNanos = nanos;
      rttvarNanos = nanos / 2;
    } else {
      rttvarNanos += (Math.abs(srttNanos - nanos) - rttvarNanos) / 4;
      srttNanos += (nanos - srttNanos) / 8;
    }
    samples = samples == Integer.MAX_VALUE ? RECENT_SAMPLES : samples + 1;
  }
}
