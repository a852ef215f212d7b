package dev.midstream.testkit.sim.tcp;

/** How many octets may be in the network (RFC 5681). */
final class CongestionWindow {
  private final boolean fixed;
  private final int initialSegments;
  private int mss = 1;
  private long window;
  private long threshold = Long.MAX_VALUE;
  private long credit;
  private long priorWindow;
  private long priorThreshold;

  CongestionWindow(EndpointOptions options) {
    fixed = !options.has(Behaviour.CONGESTION_CONTROL);
    initialSegments = options.initialWindowSegments();
  }

  /** Begins with segments of {@code mss} octets. */
  void begin(int mss) {
    this.mss = mss;
    window = (long) initialSegments * mss;
  }

  /** Octets of a full segment. */
  int mss() {
    return mss;
  }

  /** Octets that may be in the network. */
  long window() {
    return window;
  }

  /** Grows for an acknowledgement of {@code bytes}, if the window was what limited the sender. */
  void grow(long bytes, long flightBefore) {
    if (fixed || flightBefore + mss < window) {
      return;
    }
    if (window < threshold) {
      window += Math.min(bytes, mss);
      return;
    }
    credit += bytes;
    if (credit >= window) {
      credit -= window;
      window += mss;
    }
  }

  /** Halves for a loss. */
  void reduce(long flight) {
    remember();
    if (!fixed) {
      threshold = Math.max(flight / 2, 2L * mss);
      window = threshold;
    }
  }

  /** Falls to one segment after a timeout; the threshold only the first time. */
  void collapse(long flight, boolean first) {
    if (first) {
      reduce(flight);
    }
    if (!fixed) {
      window = mss;
    }
    credit = 0;
  }

  /** Counts segments that left the network, as duplicate acknowledgements tell (RFC 6582). */
  void inflate(int segments) {
    window += (long) segments * mss;
  }

  /** Takes a partial acknowledgement into account (RFC 6582 section 3.2 step 3). */
  void deflate(long acked) {
    window = Math.max(mss, window - acked + (acked >= mss ? mss : 0));
  }

  /** Ends a recovery without SACK: no burst (RFC 6582 section 3.2 step 3, first option). */
  void settle(long flight) {
    window =
        fixed ? (long) initialSegments * mss : Math.min(threshold, Math.max(flight, mss) + mss);
  }

  /** Ends a recovery with SACK. */
  void settle() {
    window = fixed ? (long) initialSegments * mss : threshold;
  }

  /** Starts anew after idle time (RFC 5681 section 4.1). */
  void restart() {
    if (!fixed) {
      window = Math.min(window, (long) initialSegments * mss);
    }
  }

  /** Takes the last reduction back. */
  void undo() {
    window = Math.max(window, priorWindow);
    threshold = priorThreshold;
  }

  private void remember() {
    priorWindow = window;
    priorThreshold = threshold;
  }
}
