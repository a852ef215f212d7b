package dev.midstream.engines.worker;

import org.jspecify.annotations.Nullable;

/**
 * Turns of buckets to have something done that takes long, so that a worker does other work, too:
 * one turn in a call, and after each a rest that is as long as the work is large. A bucket may have
 * several turns one after the other before the next bucket has one.
 */
final class Turns {
  private static final long NEVER = Long.MAX_VALUE;

  /** When the next turn begins that no bucket has. */
  private long freeNanos = Long.MIN_VALUE;

  /** Of the bucket whose turn is not over. */
  private @Nullable Turn holder;

  /** When the last one was. */
  private long lastNanos = Long.MIN_VALUE;

  /** The turn of one bucket; it has none at first. */
  static final class Turn {
    private long nanos = NEVER;
    private boolean isHeld;

    /** When to ask for it again, if it was not there at {@code nowNanos}. */
    long againNanos(long nowNanos) {
      return Math.max(nanos, nowNanos + 1);
    }

    /** The bucket has nothing to do now: other ones may have their turns. */
    void release() {
      isHeld = false;
    }

    /** The bucket has none any more. */
    void end() {
      nanos = NEVER;
      isHeld = false;
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
    Turn other = holder;
    if (other != null && other.isHeld && !other.equals(turn)) {
      turn.nanos = Math.max(other.nanos, nowNanos) + 1;
      return false;
    }
    turn.end();
    lastNanos = nowNanos;
    return true;
  }

  /** A bucket whose turn it is has the next one, too, at {@code nanos}: it has more to do. */
  void hold(Turn turn, long nanos) {
    turn.nanos = nanos;
    turn.isHeld = true;
    holder = turn;
  }
}
