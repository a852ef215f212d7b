package dev.midstream.reassembly.lifecycle;

/** For how long an engine that took over does not know what openings the one before has seen. */
public final class TakeoverWindow {
  /** An end repeats its SYN, or its SYN-ACK, for three minutes at least (RFC 1122, 4.2.3.5). */
  private static final long SYN_REPEATED_NANOS = 180_000_000_000L;

  private long endNanos = Long.MIN_VALUE;
  private long synEndNanos = Long.MIN_VALUE;

  /**
   * Notes that this engine goes on with connections of another one from {@code nowNanos} on.
   *
   * @param openingNanos the longest time of an opening
   */
  public void begin(long nowNanos, long openingNanos) {
    endNanos = nowNanos + openingNanos;
    synEndNanos = nowNanos + Math.max(openingNanos, SYN_REPEATED_NANOS);
  }

  /** Whether what was not seen of an opening may have been seen by another engine. */
  public boolean mayBeSeenElsewhere(long nowNanos) {
    return nowNanos < endNanos;
  }

  /** Whether a SYN that was not seen, and is answered now, may have been seen so. */
  public boolean maySynBeSeenElsewhere(long nowNanos) {
    return nowNanos < synEndNanos;
  }
}
