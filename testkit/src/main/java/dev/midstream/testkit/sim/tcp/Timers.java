package dev.midstream.testkit.sim.tcp;

import java.util.Arrays;

/** The timers of one endpoint, one of each kind. */
@SuppressWarnings("EnumOrdinal") // an index into an array of this object, never stored
final class Timers {
  private static final long NEVER = Long.MAX_VALUE;

  /** The kind of a timer. */
  enum Kind {
    APPLICATION,
    READING,
    DELAYED_ACK,
    RETRANSMISSION,
    TAIL_PROBE,
    REORDERING,
    PERSIST,
    KEEP_ALIVE,
    TIME_WAIT
  }

  private final long[] deadlines = new long[Kind.values().length];
  private long next = NEVER;

  Timers() {
    cancelAll();
  }

  void set(Kind kind, long timeNanos) {
    boolean wasNext = deadlines[kind.ordinal()] == next;
    deadlines[kind.ordinal()] = timeNanos;
    if (timeNanos <= next) {
      next = timeNanos;
    } else if (wasNext) {
      findNext();
    }
  }

  void cancel(Kind kind) {
    if (isSet(kind)) {
      set(kind, NEVER);
    }
  }

  void cancelAll() {
    Arrays.fill(deadlines, NEVER);
    next = NEVER;
  }

  boolean isSet(Kind kind) {
    return deadlines[kind.ordinal()] != NEVER;
  }

  /** The deadline of a timer; {@link Long#MAX_VALUE} if it is not set. */
  long deadlineNanos(Kind kind) {
    return deadlines[kind.ordinal()];
  }

  /** The earliest deadline; {@link Long#MAX_VALUE} if no timer is set. */
  long next() {
    return next;
  }

  /** Cancels a timer if it is due, and returns whether it was. */
  boolean pollDue(Kind kind, long nowNanos) {
    boolean due = deadlines[kind.ordinal()] <= nowNanos;
    if (due) {
      cancel(kind);
    }
    return due;
  }

  private void findNext() {
    next = NEVER;
    for (long each : deadlines) {
      next = Math.min(next, each);
    }
  }
}
