package dev.midstream.testkit.sim.tcp;

import java.util.Arrays;

/** The deadlines of one endpoint, at most one of each kind. */
@SuppressWarnings("EnumOrdinal") // an index into an array of this object, never stored
final class Timers {
  private static final long NEVER = Long.MAX_VALUE;

  /** What a deadline is for. */
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

  /** When a deadline of this kind comes; {@link Long#MAX_VALUE} if none. */
  long deadlineNanos(Kind kind) {
    return deadlines[kind.ordinal()];
  }

  /** The earliest deadline; {@link Long#MAX_VALUE} if none. */
  long next() {
    return next;
  }

  /** Whether a deadline of this kind has come; it is taken away then. */
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
