package dev.midstream.reassembly.commit;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.Opening;
import dev.midstream.reassembly.flow.RecordIndex;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.stream.CommitLimit;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Stream;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are in no record that is committed: because no other engine keeps records, or
 * because it was so, and they are not written again yet. Those are written some at a time, in the
 * order of their places, and one that changes meanwhile at once.
 *
 * <p>When all records are lost, nothing is done for each connection at once: it goes on without
 * when its turn comes ({@link #goOnWithout}), or what it decides waits from its next packet or
 * timer on ({@link #holdLost}).
 */
public final class UnprotectedConnections {
  private final CommitLog log;
  private final CommitJournal journal;
  private final Counters counters;

  /** Connections that changed before their turn, or for which something waits: they are next. */
  private final Set<Connection> hastened = new LinkedHashSet<>();

  /** Connections whose agents did not write their states. */
  private final Set<Connection> unwritten = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Those of them for which something may have waited. */
  private final Deque<Connection> freed = new ArrayDeque<>();

  private final Deque<Written> written = new ArrayDeque<>();
  private long committedPlace = RecordIndex.END;
  private long freedNanos = Long.MAX_VALUE;
  private boolean renewing;
  private int losses;

  /** The parked connections below {@code place} are in the records up to {@code number}. */
  private record Written(long number, long place) {}

  UnprotectedConnections(CommitLog log, CommitJournal journal, Counters counters) {
    this.log = log;
    this.journal = journal;
    this.counters = counters;
  }

  /** Whether connections go on without records, because no other engine keeps them. */
  public boolean isAlone() {
    return log.mode().writesRecords()
        && journal.state() == LogState.ALONE
        && log.noCopy() == NoCopy.CONTINUE;
  }

  /** Whether {@code connection}, which is edited, is in no record that is committed. */
  public boolean isUnprotected(Connection connection) {
    if (!log.mode().writesRecords()
        || connection.handling() != Handling.EDITED
        || connection.phase() instanceof Opening) {
      return false;
    }
    RecordMark mark = connection.record();
    return mark == null || !mark.isKept(losses) || mark.firstNumber() > log.committed();
  }

  /** Whether the last record of {@code connection} is not lost; it may not be committed. */
  public boolean isInRecord(Connection connection) {
    RecordMark mark = connection.record();
    return mark != null && mark.isKept(losses);
  }

  /** The same for a connection that is parked, and edited, of which the place is known. */
  public boolean isParkedUnprotected(long place) {
    boolean isWritten = journal.isOn() && place < committedPlace;
    return log.mode().writesRecords() && !isWritten;
  }

  /** Notes which records are committed. */
  void takeCommitted() {
    while (!written.isEmpty() && written.element().number <= log.committed()) {
      committedPlace = written.remove().place;
    }
  }

  /** Notes that a connection is in a record as it is now, of that time or before, or in none. */
  public void resume(Connection connection, long sinceNanos) {
    if (journal.isOn() && RecordMark.hasRecords(connection)) {
      RecordWriter.resume(connection, 0, losses, sinceNanos);
    } else {
      connection.setRecord(null); // its octets tell of one that counts no more
    }
  }

  /** The same for one that was parked; it is written if not all parked ones are again. */
  public void resumeParked(Connection connection, long nowNanos) {
    if (renewing) {
      renew(connection, nowNanos);
    } else {
      resume(connection, connection.seen().lastNanos());
    }
  }

  /** Counts a connection that goes on without records, because no other engine keeps them. */
  public void count(Connection connection) {
    if (isAlone() && connection.handling() == Handling.EDITED) {
      counters.count(Reason.NO_COPY);
    }
  }

  /** Counts so many connections that go on without records. */
  public void count(int connections) {
    for (int i = 0; i < connections; i++) {
      counters.count(Reason.NO_COPY);
    }
  }

  /** How often all records were lost. */
  int losses() {
    return losses;
  }

  /** Notes that all records are lost. */
  public void loseAll() {
    endRenewal();
    losses++;
  }

  /** Notes that {@code connection} is to be next, because something waits. */
  public void hasten(Connection connection) {
    hastened.add(connection);
  }

  /**
   * Takes a connection out of a record that is lost, if it is in one; it goes on without, what it
   * decides waits, or it is written again.
   */
  public void takeLost(Connection connection) {
    RecordMark mark = connection.record();
    if (mark == null || mark.isKept(losses)) {
      return;
    }
    connection.setRecord(null);
    if (isAlone()) {
      stopRecords(connection);
      count(connection);
    } else if (journal.state() == LogState.ALONE) {
      forEachStream(connection, stream -> stream.edits().commit().hold());
      connection.setAtRest(false);
    }
  }

  /**
   * The same for one that is about to decide something. One that goes on without its record does so
   * when its turn comes: until then it waits.
   */
  public void holdLost(Connection connection) {
    if (connection.record() != null && !isAlone()) {
      takeLost(connection);
    }
  }

  /** Lets a connection go on without records; returns whether something may have waited for one. */
  public boolean goOnWithout(Connection connection) {
    boolean waits = connection.phase() instanceof Open open && !open.isCommitted();
    takeLost(connection);
    if (waits) {
      stopRecords(connection);
    }
    return waits;
  }

  private static void stopRecords(Connection connection) {
    forEachStream(
        connection,
        stream -> {
          stream.edits().commit().endHold();
          stream.edits().stopCommit();
        });
  }

  /** Notes that {@code connection} goes on without records, because its state is not written. */
  void free(Connection connection, long nowNanos) {
    freed.add(connection);
    freedNanos = nowNanos;
  }

  /**
   * Since when something waits no more, although no record is committed: {@link
   * CommitJournal#takeCommitted} takes its connection. {@link Long#MAX_VALUE} if nothing does.
   */
  public long freedNanos() {
    return freedNanos;
  }

  /** Takes the next connection of which no record was written; null if there is none. */
  @Nullable Connection takeFreed() {
    freedNanos = freed.size() > 1 ? freedNanos : Long.MAX_VALUE;
    return freed.poll();
  }

  /** Begins to write all connections again. */
  public void beginRenewal() {
    endRenewal();
    committedPlace = 0;
    renewing = true;
  }

  /** Notes that parked connections below {@code place} were written again. */
  public void noteParkedTo(long place) {
    written.add(new Written(journal.appended(), place));
  }

  /** Notes that all connections are written again, or that there is no use in it any more. */
  public void endRenewal() {
    renewing = false;
    hastened.clear();
    unwritten.clear();
    if (!journal.isOn()) {
      written.clear();
    }
  }

  /** Whether not all connections are written again yet. */
  public boolean isRenewing() {
    return renewing;
  }

  /** The connection that is to be written next, because it changed. */
  public Connection takeHastened() {
    Connection next = hastened.iterator().next();
    hastened.remove(next);
    return next;
  }

  /** Whether there are connections to be written before others. */
  public boolean hasHastened() {
    return !hastened.isEmpty();
  }

  /** Notes that {@code connection} is no more. */
  void forget(Connection connection) {
    hastened.remove(connection);
    unwritten.remove(connection);
  }

  /**
   * Writes a connection that has changed, if it is not written again yet. What it decided before
   * has left, or waits: then its turn is next.
   *
   * @return whether it was not written yet
   */
  boolean takeChanged(Connection connection, long nowNanos) {
    takeLost(connection);
    if (!renewing || connection.record() != null || !isRecorded(connection)) {
      return false;
    }
    if (isHeld(connection)) {
      hastened.add(connection);
    } else if (!unwritten.contains(connection)) {
      renew(connection, nowNanos);
    }
    return true;
  }

  /** Writes a connection again. From now on what it decides waits for its records. */
  public void renew(Connection connection, long nowNanos) {
    if (connection.handling() == Handling.EDITED) {
      forEachStream(connection, stream -> limit(connection, stream.edits().commit(), stream));
    }
    if (isRecorded(connection)) {
      journal.writeWhole(connection, nowNanos);
      if (connection.record() == null) {
        unwritten.add(connection);
      }
    }
  }

  /** What left without a record is as good as committed: the whole record comes before others. */
  private void limit(Connection connection, CommitLimit known, Stream stream) {
    if (known.isOn()) {
      known.endHold();
      known.setMode(modeOf(connection)); // one that opened without a copy was strict
      return;
    }
    stream.edits().beginCommit(modeOf(connection));
    stream.edits().commit().commitAll();
  }

  /**
   * Whether decided octets wait because there was no copy, or for another record; they may leave
   * once the connection is written again. One that went on here without a copy was strict.
   */
  public boolean isHeld(Connection connection) {
    if (!(connection.phase() instanceof Open open)) {
      return false;
    }
    CommitLimit limit = connection.stream(Direction.CLIENT_TO_SERVER).edits().commit();
    return limit.isHeld() || (limit.isStricter(modeOf(connection)) && !open.isCommitted());
  }

  private CommitMode modeOf(Connection connection) {
    return journal.mode().of(connection.terms().replaysExactly(), connection.isPickedUp());
  }

  /** Whether there must be records of a connection; see {@link RecordMark#isNeeded}. */
  public static boolean isRecorded(Connection connection) {
    boolean isEdited = connection.hasStreams() && connection.handling() == Handling.EDITED;
    return RecordMark.hasRecords(connection)
        && (isEdited || connection.state() != ConnectionState.OPENING);
  }

  /** Does {@code action} for each stream of a connection, and of its alternative. */
  public static void forEachStream(Connection connection, Consumer<Stream> action) {
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.streamOrNull(each);
      if (stream != null) {
        action.accept(stream);
      }
    }
    Connection alternative = connection.handshakes().alternative();
    if (alternative != null) {
      forEachStream(alternative, action);
    }
  }
}
