package dev.midstream.testkit.sim;

import dev.midstream.testkit.sim.time.Event;
import dev.midstream.testkit.sim.time.EventQueue;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Calls a timer handler at its deadline, which may change at any time. */
final class Wakeup implements Event {
  /* A queued event cannot be removed: an event that comes too early asks for the deadline again. */
  private static final long NEVER = Long.MAX_VALUE;

  private final EventQueue events;
  private final LongSupplier deadline;
  private final LongConsumer onTimer;
  private long askedNanos = NEVER;

  Wakeup(EventQueue events, LongSupplier deadline, LongConsumer onTimer) {
    this.events = events;
    this.deadline = deadline;
    this.onTimer = onTimer;
  }

  /** Must be called whenever the deadline may have changed. */
  void refresh() {
    long due = deadline.getAsLong();
    if (due < askedNanos) {
      askedNanos = due;
      events.at(due, this);
    }
  }

  @Override
  public void happen(long nowNanos) {
    if (nowNanos >= askedNanos) {
      askedNanos = NEVER;
    }
    if (deadline.getAsLong() <= nowNanos) {
      onTimer.accept(nowNanos);
    }
    refresh();
  }
}
