package dev.midstream.reassembly.flow;

/**
 * Since when one direction waits: for the rest of what is held, for a gap to be filled, or for the
 * receiver to acknowledge what was reported.
 */
public final class Silence {
  /** The time of something that does not wait. */
  public static final long NEVER = Long.MAX_VALUE;

  private long heldSinceNanos = NEVER;
  private long gapSinceNanos = NEVER;
  private long vouchedSinceNanos = NEVER;
  private long vouchedFrom;

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
  public void gapFilled() {
    gapSinceNanos = NEVER;
  }

  /** Since when a gap is open. */
  public long gapSinceNanos() {
    return gapSinceNanos;
  }

  /**
   * What the engine reported begins where the acknowledgement ends, at {@code orgPosition}, since
   * {@code nanos}, or longer if that is no news; {@link #NEVER} if it does not.
   */
  public void vouchedSince(long orgPosition, long nanos) {
    if (nanos == NEVER || vouchedSinceNanos == NEVER || orgPosition != vouchedFrom) {
      vouchedSinceNanos = nanos;
      vouchedFrom = orgPosition;
    }
  }

  /** Since when the acknowledgement ends where a report begins. */
  public long vouchedSinceNanos() {
    return vouchedSinceNanos;
  }

  /** {@code since} plus {@code delayNanos}, where never stays never. */
  public static long after(long since, long delayNanos) {
    return since == NEVER ? NEVER : since + delayNanos;
  }
}
