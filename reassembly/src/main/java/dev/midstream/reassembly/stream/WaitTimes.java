package dev.midstream.reassembly.stream;

/**
 * Since when one direction waits: for the rest of what is held, for a gap to be filled, or for the
 * receiver to acknowledge what was reported.
 */
public final class WaitTimes {
  /** The time of something that does not wait. */
  public static final long NEVER = Long.MAX_VALUE;

  private long heldSinceNanos = NEVER;
  private long gapSinceNanos = NEVER;
  private long fillerSinceNanos = NEVER;
  private long fillerOrgEnd;

  /** Octets are held and nothing came since {@code nanos}; {@link #NEVER} if nothing is held. */
  public void heldSince(long nanos) {
    heldSinceNanos = nanos;
  }

  /** Since when octets are held without news. */
  public long heldSinceNanos() {
    return heldSinceNanos;
  }

  /** A gap is open since {@code nanos}, or longer if it was already. */
  public void gapSince(long nanos) {
    gapSinceNanos = Math.min(gapSinceNanos, nanos);
  }

  /** The gap was filled. */
  public void gapClosed() {
    gapSinceNanos = NEVER;
  }

  /** Since when a gap is open. */
  public long gapSinceNanos() {
    return gapSinceNanos;
  }

  /**
   * A gap was filled at {@code nanos}, or a part of it, and original octets up to {@code orgEnd}
   * wait for the receiver's acknowledgement; since before if others do already.
   */
  public void awaitFillerAck(long orgEnd, long nanos) {
    fillerSinceNanos = Math.min(fillerSinceNanos, nanos);
    fillerOrgEnd = Math.max(fillerOrgEnd, orgEnd);
  }

  /** What filled a gap is acknowledged. */
  public void fillerAcknowledged() {
    fillerSinceNanos = NEVER;
  }

  /** Since when octets wait for the acknowledgement of what filled a gap. */
  public long fillerSinceNanos() {
    return fillerSinceNanos;
  }

  /** The end of what waits for the acknowledgement of what filled a gap. */
  public long fillerOrgEnd() {
    return fillerOrgEnd;
  }

  /** {@code since} plus {@code delayNanos}, where never stays never. */
  public static long after(long since, long delayNanos) {
    return since == NEVER ? NEVER : since + delayNanos;
  }
}
