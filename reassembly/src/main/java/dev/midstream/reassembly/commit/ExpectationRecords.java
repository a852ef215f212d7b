package dev.midstream.reassembly.commit;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.ExpectationLog;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.stream.CommitLimit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of what agents expect, and keeps back what may reveal it until they are committed,
 * in every mode. Where all octets wait for their records, these come after that of the expectation.
 */
public final class ExpectationRecords implements ExpectationLog {
  private final CommitLog log;
  private final CommitJournal journal;
  private final RecordWriter records;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long number;

  /** What waits for a record: the octets of its connection beyond two positions. */
  private record Waiting(
      long number, Connection parent, Open phase, long toServerFrom, long toClientFrom) {

    boolean isSame() {
      return parent.phase() == phase;
    }

    Waiting withNumber(long other) {
      return new Waiting(other, parent, phase, toServerFrom, toClientFrom);
    }

    void holdBack() {
      parent.stream(Direction.CLIENT_TO_SERVER).edits().holdFrom(toServerFrom);
      parent.stream(Direction.SERVER_TO_CLIENT).edits().holdFrom(toClientFrom);
    }
  }

  /** Appends records to {@code log} while {@code journal} does. */
  public ExpectationRecords(CommitLog log, CommitJournal journal, RecordWriter records) {
    this.log = log;
    this.journal = journal;
    this.records = records;
  }

  @Override
  public void add(ExpectedConnection expected, int opened, long restNanos) {
    if (journal.isOn()) {
      records.writeExpected(new Written(expected, opened, restNanos));
      number = log.append(records.record());
    }
  }

  @Override
  public void remove(ExpectedConnection expected) {
    if (journal.isOn()) {
      records.writeUnexpected(expected);
      log.append(records.record());
    }
  }

  @Override
  public void holdBack(Connection parent, long toServerFrom, long toClientFrom) {
    if (journal.mode().writesRecords() && parent.phase() instanceof Open open) {
      Waiting added = new Waiting(number, parent, open, toServerFrom, toClientFrom);
      waiting.add(added);
      added.holdBack();
    }
  }

  /**
   * Takes the next connection of which an expectation is committed: what it kept back for that may
   * leave. Null if there is none.
   */
  public @Nullable Connection takeCommitted() {
    while (!waiting.isEmpty() && waiting.element().number() <= log.committed() && journal.isOn()) {
      Waiting first = waiting.remove();
      if (first.isSame()) {
        holdAgain(first.parent());
        return first.parent();
      }
    }
    return null;
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
        first.holdBack();
        waiting.add(first.withNumber(number));
      }
    }
  }

  /** Forgets what waits, and shows its connections to {@code observer}: no record is written. */
  public void forgetWaiting(Consumer<Connection> observer) {
    waiting.stream().filter(Waiting::isSame).map(Waiting::parent).forEach(observer);
    clear();
  }

  @Override
  public void clear() {
    waiting.clear();
  }
}
