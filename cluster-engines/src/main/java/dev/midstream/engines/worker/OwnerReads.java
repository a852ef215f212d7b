package dev.midstream.engines.worker;

import dev.midstream.engines.message.LogMessage;

/**
 * Whether the owners of a bucket can read the records of connections that stay at this node. One
 * that cannot is asked again after a second, then each time after twice as long, up to 64 seconds;
 * the next owner is asked at once. After an order to give the connections to their owner they have
 * all the time anew, and attempts that were kept for it.
 */
final class OwnerReads {
  /** How long owners may fail before connections that need one are ended: 60 s. */
  static final long LIMIT_NANOS = 60_000_000_000L;

  private static final long FIRST_NANOS = 1_000_000_000;
  private static final int MOST_DOUBLINGS = 6;

  /** The attempts that fit into {@link #LIMIT_NANOS}, which are kept for an order. */
  private static final int KEPT_ATTEMPTS = MOST_DOUBLINGS + 1;

  private static final long NEVER = Long.MAX_VALUE;

  /** The epoch of the owner that has failed last, and how often. */
  private long epoch;

  private int failed;

  /** How often since the order, if there was one. */
  private int doublings;

  private boolean isOrdered;
  private long failedNanos;

  /** When the first one failed since one could read all. */
  private long sinceNanos = NEVER;

  private long againNanos = NEVER;
  private long wakeNanos = NEVER;

  /** The owner under {@code itsEpoch} cannot read what it gets. */
  void fail(long itsEpoch, long nowNanos) {
    if (epoch != itsEpoch) {
      epoch = itsEpoch;
      failed = 0;
      doublings = 0;
    }
    sinceNanos = Math.min(sinceNanos, nowNanos);
    failedNanos = nowNanos;
    againNanos = nowNanos + (FIRST_NANOS << Math.min(doublings, MOST_DOUBLINGS));
    failed++;
    doublings++;
    wakeNanos = isAnyLeft() ? againNanos : NEVER;
  }

  /**
   * The connections are to be given to their owner. One that cannot read them has {@link
   * #LIMIT_NANOS} for it from now on, and is asked again soon. Further orders change nothing.
   */
  void order(long nowNanos) {
    if (isOrdered) {
      return;
    }
    isOrdered = true;
    doublings = 0;
    if (sinceNanos != NEVER) {
      sinceNanos = nowNanos;
      againNanos = Math.min(againNanos, Math.max(nowNanos, failedNanos + FIRST_NANOS));
      wakeNanos = againNanos;
    }
  }

  private boolean isAnyLeft() {
    int kept = isOrdered ? 0 : KEPT_ATTEMPTS;
    return failed <= LogMessage.MOST_STAYING_ATTEMPTS - kept;
  }

  /** An owner has read all. */
  void succeed() {
    sinceNanos = NEVER;
    wakeNanos = NEVER;
  }

  /** Whether the owner under {@code itsEpoch} may be asked now. */
  boolean mayAsk(long itsEpoch, long nowNanos) {
    return itsEpoch != epoch || (isAnyLeft() && againNanos <= nowNanos);
  }

  /** How often the owner under {@code itsEpoch} has failed. */
  int failed(long itsEpoch) {
    return itsEpoch == epoch ? failed : 0;
  }

  /** When the owner is to be asked again; {@link Long#MAX_VALUE} if that is not known. */
  long wakeNanos() {
    return wakeNanos;
  }

  /** Notes that the owner may be asked. */
  void wake(long nowNanos) {
    if (wakeNanos <= nowNanos) {
      wakeNanos = NEVER;
    }
  }

  /** When owners have failed for {@link #LIMIT_NANOS}; {@link Long#MAX_VALUE} if they do not. */
  long endNanos() {
    return sinceNanos == NEVER ? NEVER : sinceNanos + LIMIT_NANOS;
  }
}
