package dev.midstream.testkit.sim.tcp;

/** The congestion window, cwnd, and the slow start threshold, ssthresh (RFC 5681). */
final class CongestionWindow {
  private final boolean fixed;
  private final int initialSegments;
  private int mss = 1;
  private long cwnd;
  private long ssthresh = Long.MAX_VALUE;
  private long ackedBytes;
  private long priorCwnd;
  private long priorSsthresh;

  CongestionWindow(EndpointOptions options) {
    fixed = !options.has(Behaviour.CONGESTION_CONTROL);
    initialSegments = options.initialWindowSegments();
  }

  /** Sets the initial window for segments of {@code mss} octets. */
  void begin(int mss) {
    this.mss = mss;
    cwnd = (long) initialSegments * mss;
  }

  /** The payload octets of a full segment. */
  int mss() {
    return mss;
  }

  /** The octets that may be in flight. */
  long cwnd() {
    return cwnd;
  }

  /** Grows cwnd for an acknowledgement of {@code bytes}, if cwnd limited the sender. */
  void onAck(long bytes, long flightBefore) {
    if (fixed || flightBefore + mss < cwnd) {
      return;
    }
    if (cwnd < ssthresh) {
      cwnd += Math.min(bytes, mss);
      return;
    }
    ackedBytes += bytes;
    if (ackedBytes >= cwnd) {
      ackedBytes -= cwnd;
      cwnd += mss;
    }
  }

  /** Halves cwnd after a loss. */
  void reduce(long flight) {
    saveForUndo();
    if (!fixed) {
      ssthresh = Math.max(flight / 2, 2L * mss);
      cwnd = ssthresh;
    }
  }

  /** Sets cwnd to one segment after a timeout; ssthresh changes only on the first timeout. */
  void onTimeout(long flight, boolean first) {
    if (first) {
      reduce(flight);
    }
    if (!fixed) {
      cwnd = mss;
    }
    ackedBytes = 0;
  }

  /**
   * Inflates cwnd by segments that left the network, as duplicate acknowledgements show (RFC 6582).
   */
  void inflate(int segments) {
    cwnd += (long) segments * mss;
  }

  /** Deflates cwnd after a partial acknowledgement (RFC 6582 section 3.2 step 3). */
  void deflate(long acked) {
    cwnd = Math.max(mss, cwnd - acked + (acked >= mss ? mss : 0));
  }

  /**
   * Leaves a recovery without SACK, without a burst (RFC 6582 section 3.2 step 3, first option).
   */
  void exitRecovery(long flight) {
    cwnd = fixed ? (long) initialSegments * mss : Math.min(ssthresh, Math.max(flight, mss) + mss);
  }

  /** Leaves a recovery with SACK. */
  void exitRecovery() {
    cwnd = fixed ? (long) initialSegments * mss : ssthresh;
  }

  /** Falls back to the initial window after idle time (RFC 5681 section 4.1). */
  void restartAfterIdle() {
    if (!fixed) {
      cwnd = Math.min(cwnd, (long) initialSegments * mss);
    }
  }

  /** Reverts the last reduction. */
  void undo() {
    cwnd = Math.max(cwnd, priorCwnd);
    ssthresh = priorSsthresh;
  }

  private void saveForUndo() {
    priorCwnd = cwnd;
    priorSsthresh = ssthresh;
  }
}
