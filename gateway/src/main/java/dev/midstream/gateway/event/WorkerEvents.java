package dev.midstream.gateway.event;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;

/**
 * The events of one worker on their way to the journal, with the time of what caused them. Belongs
 * to the worker's thread and never waits.
 */
public final class WorkerEvents implements EventSink {
  private final EventJournal journal;
  private long nowNanos;

  WorkerEvents(EventJournal journal) {
    this.journal = journal;
  }

  /** What time of day it is, since 1970, as the journal sees it: it never goes back. */
  public long clockNanos() {
    return journal.clockNanos();
  }

  /** Says what time it is, since the epoch. */
  public void setTime(long nanos) {
    nowNanos = nanos;
  }

  @Override
  @SuppressWarnings("EnumOrdinal") // one slot of the limit for each reason; never stored
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
