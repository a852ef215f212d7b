package dev.midstream.cluster.node;

/** When the last keepalives were sent, by their sequence numbers. Not thread-safe. */
final class SentTimes {
  private static final int KEPT = 256;

  private final long[] nanos = new long[KEPT];
  private long next;

  /** Notes that a keepalive is sent now; returns its number. */
  long send(long nowNanos) {
    nanos[(int) (next % KEPT)] = nowNanos;
    return next++;
  }

  /** Whether {@code sequence} was sent, and not so long ago that its time is forgotten. */
  boolean isKnown(long sequence) {
    return sequence >= 0 && sequence < next && sequence >= next - KEPT;
  }

  /** When {@code sequence}, a known one, was sent. */
  long of(long sequence) {
    return nanos[(int) (sequence % KEPT)];
  }
}
