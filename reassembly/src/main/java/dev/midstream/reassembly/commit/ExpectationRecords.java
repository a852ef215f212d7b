package dev.midstream.reassembly.commit;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectationLog;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.stream.CommitLimit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of what agents expect, and keeps back what may reveal it until they are committed,
 * in every mode. Where all octets wait for their records, these come after that of the expectation.
 * While no records are kept, it waits until all other nodes have heard of the expectation.
 */
public final class ExpectationRecords implements ExpectationLog {
  /** What it takes that one expectation waits. */
  private static final int WAITING_BYTES = 96;

  /** Entries from which those are removed of which the connection is over. */
  private static final int MIN_CROWD = 64;

  private final CommitLog log;
  private final ConnectionHeap heap;
  private final CommitJournal journal;
  private final RecordWriter records;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int crowd = MIN_CROWD;
  private long charged;
  private long number;

  /**
   * What waits for a record, or without records for an announcement: the octets of its connection
   * beyond two positions.
   */
  private record Waiting(
      long number,
      long announced,
      boolean always,
      Connection parent,
      Open phase,
      long toServerFrom,
      long toClientFrom) {

    boolean isSame() {
      return parent.phase() == phase;
    }

    /** The same, in whatever mode: it may have been decided when no records were kept. */
    Waiting again(long other) {
      return new Waiting(other, announced, true, parent, phase, toServerFrom, toClientFrom);
    }

    void holdBack() {
      parent.stream(Direction.CLIENT_TO_SERVER).edits().holdFrom(toServerFrom, always);
      parent.stream(Direction.SERVER_TO_CLIENT).edits().holdFrom(toClientFrom, always);
    }
  }

  /**
   * Appends records to {@code log} while {@code journal} does; what waits is charged to {@code
   * heap}.
   */
  public ExpectationRecords(
      CommitLog log, ConnectionHeap heap, CommitJournal journal, RecordWriter records) {
    this.log = log;
    this.heap = heap;
    this.journal = journal;
    this.records = records;
  }

  @Override
  public void add(ExpectedConnection expected, int opened, long restNanos) {
    if (isWritten()) {
      records.writeExpected(new Written(expected, opened, restNanos));
      number = log.append(records.record());
    }
  }

  @Override
  public void remove(ExpectedConnection expected) {
    if (isWritten()) {
      records.writeUnexpected(expected);
      log.append(records.record());
    }
  }

  /**
   * Another engine may say what was met before this one knows that the state of its log has
   * changed. Then all is written again.
   */
  private boolean isWritten() {
    return journal.isOn() && log.state() == LogState.COMMITTING;
  }

  @Override
  public boolean isKept() {
    return log.mode().writesRecords();
  }

  @Override
  public boolean isCommitted(Connection connection) {
    RecordMark mark = connection.record();
    return mark != null && mark.openingsNumber(connection) <= log.committed();
  }

  @Override
  public void holdBack(Connection parent, long toServerFrom, long toClientFrom) {
    boolean waits =
        journal.mode().writesRecords()
            || (journal.unprotected().isAlone() && log.heard() < log.announced());
    if (waits && parent.phase() instanceof Open open) {
      Waiting added =
          new Waiting(number, log.announced(), false, parent, open, toServerFrom, toClientFrom);
      waiting.add(added);
      added.holdBack();
      removeOver();
      charge();
    }
  }

  private void removeOver() {
    if (waiting.size() > crowd) {
      waiting.removeIf(each -> !each.isSame());
      crowd = Math.max(MIN_CROWD, 2 * waiting.size());
    }
  }

  private void charge() {
    heap.chargeWaiting(bytes() - charged);
    charged = bytes();
  }

  /** What is to be charged for what waits, counted anew. */
  public long bytes() {
    return (long) waiting.size() * WAITING_BYTES;
  }

  /**
   * Takes the next connection of which an expectation is committed, or heard if no records are
   * kept: what it kept back for that may leave. Null if there is none.
   */
  public @Nullable Connection takeCommitted() {
    while (!waiting.isEmpty() && isReleased(waiting.element())) {
      Waiting first = waiting.remove();
      charge();
      if (first.isSame()) {
        holdAgain(first.parent());
        return first.parent();
      }
    }
    return null;
  }

  private boolean isReleased(Waiting first) {
    return journal.isOn()
        ? first.number() <= log.committed()
        : journal.unprotected().isAlone() && first.announced() <= log.heard();
  }

  /** Whether something of {@code parent} waits for a record, or for an announcement. */
  public boolean isAwaitedBy(Connection parent) {
    return waiting.stream().anyMatch(each -> each.parent() == parent && each.isSame());
  }

  /** Keeps back of {@code parent} only what waits for a record of an expectation still. */
  public void holdAgain(Connection parent) {
    if (!parent.hasStreams()) {
      return;
    }
    limit(parent, Direction.CLIENT_TO_SERVER).endHold();
    limit(parent, Direction.SERVER_TO_CLIENT).endHold();
    waiting.stream()
        .filter(each -> each.parent() == parent && each.isSame())
        .forEach(Waiting::holdBack);
  }

  private static CommitLimit limit(Connection connection, Direction direction) {
    return connection.stream(direction).edits().commit();
  }

  /** What waited for records that are lost waits for those that were written last. */
  public void awaitAgain() {
    for (int i = waiting.size(); i > 0; i--) {
      Waiting first = waiting.remove();
      if (first.isSame()) {
        Waiting again = first.again(number);
        again.holdBack();
        waiting.add(again);
      }
    }
    charge();
  }

  /**
   * Shows the connections for which something waits to {@code observer}: no record is written. What
   * waits from now on does so until it is heard.
   */
  public void loseRecords(Consumer<Connection> observer) {
    waiting.removeIf(each -> !each.isSame());
    waiting.stream().map(Waiting::parent).forEach(observer);
    waiting.removeIf(each -> each.announced() <= log.heard());
    charge();
  }

  @Override
  public void clear() {
    waiting.clear();
    charge();
  }
}
