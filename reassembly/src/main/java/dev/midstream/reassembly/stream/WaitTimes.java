package dev.midstream.reassembly.stream;

/**
 * Since when one direction waits: for more of what is held, for a gap to be filled, or for the
 * acknowledgement of a segment that filled a gap. Derived state.
 */
public final class WaitTimes {
  /** The time when nothing waits. */
  public static final long NEVER = Long.MAX_VALUE;

  /** R2 (RFC 1122 section 4.2.3.5): after this time without progress an end gives up. */
  public static final long GIVE_UP_NANOS = 100_000_000_000L;

  private long heldSinceNanos = NEVER;
  private long gapSinceNanos = NEVER;
  private long fillerSinceNanos = NEVER;
  private long fillerOrgEnd;

  /** Sets since when octets are held and nothing arrives; {@link #NEVER} if nothing is held. */
  public void setHeldSince(long nanos) {
    heldSinceNanos = nanos;
  }

  /** Since when octets are held and nothing arrives. */
  public long heldSinceNanos() {
    return heldSinceNanos;
  }

  /** A gap is open since {@code nanos}, or since before if it was open already. */
  public void noteGap(long nanos) {
    gapSinceNanos = Math.min(gapSinceNanos, nanos);
  }

  /** The gap is closed. */
  public void clearGap() {
    gapSinceNanos = NEVER;
  }

  /** Since when a gap is open. */
  public long gapSinceNanos() {
    return gapSinceNanos;
  }

  /**
   * A segment filled a gap, or a part of it, at {@code nanos}. Original octets up to {@code orgEnd}
   * wait for the receiver's acknowledgement of it. The earliest time is kept.
   */
  public void awaitFillerAck(long orgEnd, long nanos) {
    fillerSinceNanos = Math.min(fillerSinceNanos, nanos);
    fillerOrgEnd = Math.max(fillerOrgEnd, orgEnd);
  }

  /** The segment that filled the gap is acknowledged. */
  public void fillerAcknowledged() {
    fillerSinceNanos = NEVER;
  }

  /** Since when octets wait for the acknowledgement of the segment that filled a gap. */
  public long fillerSinceNanos() {
    return fillerSinceNanos;
  }

  /** The end of the octets that wait for it. */
  public long fillerOrgEnd() {
    return fillerOrgEnd;
  }

  /** {@code since} plus {@code delayNanos}; {@link #NEVER} stays {@link #NEVER}. */
  public static long after(long since, long delayNanos) {
    return since == NEVER ? NEVER : since + delayNanos;
  }
}
