package dev.midstream.gateway.event;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;

/**
 * The events of one worker, with the time of the packet or timer that caused them. They go to the
 * journal. Belongs to the worker's thread and never blocks.
 */
public final class WorkerEvents implements EventSink {
  private final EventJournal journal;
  private long nowNanos;

  WorkerEvents(EventJournal journal) {
    this.journal = journal;
  }

  /** The journal's time since the epoch; never decreases. */
  public long clockNanos() {
    return journal.clockNanos();
  }

  /** Sets the time of the next events, since the epoch. */
  public void setTime(long nanos) {
    nowNanos = nanos;
  }

  @Override
  @SuppressWarnings("EnumOrdinal") // an index of the rate limit, never stored
  public void event(Reason reason, String connection, String text) {
    if (journal.admits(reason.ordinal(), nowNanos)) {
      journal.offer(EventLine.event(nowNanos, reason, connection, text));
    }
  }

  @Override
  public void edit(
      String connection,
      Direction direction,
      long orgStart,
      int orgLength,
      int newLength,
      boolean carriedOut) {
    if (journal.admits(EventJournal.causeOfEdits(), nowNanos)) {
      journal.offer(
          EventLine.edit(
              nowNanos, connection, direction, orgStart, orgLength, newLength, carriedOut));
    }
  }
}
