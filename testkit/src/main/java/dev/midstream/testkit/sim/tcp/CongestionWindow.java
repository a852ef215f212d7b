package dev.midstream.testkit.sim.tcp;

/** How many octets may be in the network (RFC 5681). */
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

  /** Begins with segments of {@code mss} octets. */
  void begin(int mss) {
    this.mss = mss;
    cwnd = (long) initialSegments * mss;
  }

  /** Octets of a full segment. */
  int mss() {
    return mss;
  }

  /** Octets that may be in the network. */
  long cwnd() {
    return cwnd;
  }

  /** Grows for an acknowledgement of {@code bytes}, if the cwnd was what limited the sender. */
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

  /** Halves for a loss. */
  void reduce(long flight) {
    saveForUndo();
    if (!fixed) {
      ssthresh = Math.max(flight / 2, 2L * mss);
      cwnd = ssthresh;
    }
  }

  /** Falls to one segment after a timeout; the ssthresh only the first time. */
  void onTimeout(long flight, boolean first) {
    if (first) {
      reduce(flight);
    }
    if (!fixed) {
      cwnd = mss;
    }
    ackedBytes = 0;
  }

  /** Counts segments that left the network, as duplicate acknowledgements tell (RFC 6582). */
  void inflate(int segments) {
    cwnd += (long) segments * mss;
  }

  /** Takes a partial acknowledgement into account (RFC 6582 section 3.2 step 3). */
  void deflate(long acked) {
    cwnd = Math.max(mss, cwnd - acked + (acked >= mss ? mss : 0));
  }

  /** Ends a recovery without SACK: no burst (RFC 6582 section 3.2 step 3, first option). */
  void exitRecovery(long flight) {
    cwnd = fixed ? (long) initialSegments * mss : Math.min(ssthresh, Math.max(flight, mss) + mss);
  }

  /** Ends a recovery with SACK. */
  void exitRecovery() {
    cwnd = fixed ? (long) initialSegments * mss : ssthresh;
  }

  /** Starts anew after idle time (RFC 5681 section 4.1). */
  void restartAfterIdle() {
    if (!fixed) {
      cwnd = Math.min(cwnd, (long) initialSegments * mss);
    }
  }

  /** Takes the last reduction back. */
  void undo() {
    cwnd = Math.max(cwnd, priorCwnd);
    ssthresh = priorSsthresh;
  }

  private void saveForUndo() {
    priorCwnd = cwnd;
    priorSsthresh = ssthresh;
  }
}
