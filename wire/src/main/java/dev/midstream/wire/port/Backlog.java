package dev.midstream.wire.port;

/**
 * What has waited at a port while its loop was not run: the process was stopped, or a call of the
 * box took long. Timers that became due meanwhile wait until it was passed, because it may be what
 * they miss. Belongs to the loop's thread.
 */
final class Backlog {
  /** A timer that is later than a wake-up takes shows a pause. */
  private static final long PAUSE_NANOS = 1_000_000;

  /** Frames that go on coming keep timers waiting for as long as they were late, and no longer. */
  private static final long MAX_NANOS = 500_000_000;

  /** Until when the loop was run in time; the first round shows no pause. */
  private long inTimeNanos = Long.MAX_VALUE;

  private long endNanos;
  private boolean isOpen;

  /**
   * Whether frames come before timers. Asked once in each round of the loop.
   *
   * @param dueNanos when the next timer is due
   */
  boolean isBefore(long dueNanos, long nowNanos) {
    long lateNanos = nowNanos - Math.max(dueNanos, inTimeNanos);
    inTimeNanos = nowNanos;
    if (isOpen) {
      isOpen = dueNanos <= nowNanos && nowNanos < endNanos;
    } else if (lateNanos > PAUSE_NANOS) {
      isOpen = true;
      endNanos = nowNanos + Math.min(lateNanos, MAX_NANOS);
    }
    return isOpen;
  }

  /** Notes that no frame waits. */
  void end() {
    isOpen = false;
  }

  /**
   * Notes that the loop has waited until {@code nowNanos}, not longer than until a time, which may
   * be long over.
   */
  void noteWait(long untilNanos, long nowNanos) {
    inTimeNanos = Math.max(inTimeNanos, Math.min(untilNanos, nowNanos));
  }
}
