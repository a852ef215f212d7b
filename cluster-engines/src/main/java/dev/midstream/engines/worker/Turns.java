package dev.midstream.engines.worker;

/**
 * Turns of buckets to have something done that takes long, so that a worker does other work, too:
 * one turn in a call, and after each a rest that is as long as the work is large.
 */
final class Turns {
  private static final long NEVER = Long.MAX_VALUE;

  /** When the next turn begins that no bucket has. */
  private long freeNanos = Long.MIN_VALUE;

  /** When the last one was. */
  private long lastNanos = Long.MIN_VALUE;

  /** The turn of one bucket; it has none at first. */
  static final class Turn {
    private long nanos = NEVER;

    /** When to ask for it again, if it was not there at {@code nowNanos}. */
    long againNanos(long nowNanos) {
      return Math.max(nanos, nowNanos + 1);
    }

    /** The bucket has none any more. */
    void end() {
      nanos = NEVER;
    }
  }

  /** All turns that were promised have ended. */
  void begin(long nowNanos) {
    freeNanos = nowNanos;
  }

  /**
   * Takes a turn, if it is there; it is promised if not.
   *
   * @param restNanos how long no other one begins after it
   */
  boolean take(Turn turn, long restNanos, long nowNanos) {
    if (turn.nanos == NEVER) {
      turn.nanos = Math.max(freeNanos, nowNanos);
      freeNanos = turn.nanos + restNanos;
    }
    if (turn.nanos > nowNanos || lastNanos == nowNanos) {
      return false;
    }
    turn.end();
    lastNanos = nowNanos;
    return true;
  }
}
