package dev.midstream.engines.worker;

/** How many connections may still be listed in the present call of a worker, for all buckets. */
final class StepBudget {
  private final int most;
  private final long restNanos;
  private long callNanos = Long.MIN_VALUE;
  private long freeNanos = Long.MIN_VALUE;
  private int left;

  /** Permits {@code most} in a call, and none in the calls of {@code restNanos} after it. */
  StepBudget(int most, long restNanos) {
    this.most = most;
    this.restNanos = Math.max(1, restNanos);
  }

  /** How many may be listed in the call at {@code nowNanos}, which wants to list some. */
  int left(long nowNanos) {
    if (nowNanos >= freeNanos) {
      callNanos = nowNanos;
      freeNanos = nowNanos + restNanos;
      left = most;
    }
    return nowNanos == callNanos ? left : 0;
  }

  /** Notes that {@code done} were listed. */
  void use(int done) {
    left = Math.max(0, left - done);
  }

  /** When some more may be listed, after {@link #left} was asked. */
  long dueNanos() {
    return freeNanos;
  }
}
