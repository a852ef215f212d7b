package dev.midstream.cluster.member;

/**
 * How long leases and promises last. A lease is the time until which a node may emit; a promise is
 * the time during which a node supports no other coordinator.
 *
 * <p>All methods are pure and may be called by any thread.
 */
public final class LeaseTimes {
  /*
   * A clock may run fast or slow by 1/64. What one clock counts as t, another one may count as up
   * to t·(1 + 1/64)/(1 − 1/64) = t·65/63. 1 + 1/31 is a little more than 65/63.
   *
   * The holder counts a lease from when it sent the keepalive that was answered. The node that
   * answered counts from then on, which is later, and adds 1/31. So the promise outlasts the lease, however
   * the two clocks run.
   */
  private static final int MARGIN = 31;

  private LeaseTimes() {}

  /** How long the holder of a lease counts on it, from when it sent the keepalive. */
  public static long leaseNanos(long detectNanos) {
    return detectNanos;
  }

  /** How long a node keeps to its promise, from when it answered. */
  public static long promiseNanos(long detectNanos) {
    return awaited(detectNanos);
  }

  /** How long to wait until a time that another node counts as {@code nanos} is over. */
  public static long awaited(long nanos) {
    return nanos + nanos / MARGIN + 1;
  }
}
