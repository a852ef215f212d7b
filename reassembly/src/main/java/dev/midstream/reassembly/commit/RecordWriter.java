package dev.midstream.reassembly.commit;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import dev.midstream.reassembly.flow.ExpectationCodec;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.flow.UnwrittenState;
import dev.midstream.reassembly.stream.Edits;
import dev.midstream.reassembly.stream.Stream;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of connections, each with its kind, a version and the ends first. {@link Replica}
 * reads them.
 *
 * <p>One is reused for all connections of an engine. Not thread-safe.
 */
public final class RecordWriter {
  /** All that is essential of a connection: at its opening, and when a step cannot tell it. */
  static final int WHOLE = 1;

  /** What was decided and promised since the last record, in both directions. */
  static final int STEP = 2;

  /** The connection is no more. */
  static final int CLOSE = 3;

  /** All connections are no more. */
  static final int CLOSE_ALL = 4;

  /** An agent expects connections. */
  static final int EXPECTED = 5;

  /** An agent expects them no more. */
  static final int UNEXPECTED = 6;

  /** Marks the kind of a record: the engine owes octets to an end. */
  static final int OWED = 1 << 7;

  /** Marks the kind of a record that was written before: its age follows. */
  static final int AGED = 1 << 6;

  /** Marks one of these after which nothing happened to the connection. */
  static final int CURRENT = 1 << 5;

  /** Marks one of these that counts only with the next one of its connection. */
  static final int MORE = 1 << 4;

  /** All marks of the kind of a record. */
  static final int MARKS = OWED | AGED | CURRENT | MORE;

  private final ConnectionSnapshot snapshot;
  private final ExpectationCodec expectations;
  private final StateWriter record = new StateWriter();

  /** Writes connections by {@code snapshot}, and what they expect by {@code expectations}. */
  public RecordWriter(ConnectionSnapshot snapshot, ExpectationCodec expectations) {
    this.snapshot = snapshot;
    this.expectations = expectations;
  }

  /** The record that was written last; valid until the next one. */
  StateWriter record() {
    return record;
  }

  /**
   * Writes all that is essential of {@code connection}; returns why not if that fails. One that is
   * only monitored is let go by an engine that goes on with it.
   */
  @Nullable UnwrittenState writeWhole(Connection connection, long nowNanos) {
    UnwrittenState unwritten = writeBase(connection, nowNanos);
    if (unwritten == null) {
      mark(connection).noteWhole(connection, record.length(), nowNanos);
    }
    return unwritten;
  }

  /**
   * Writes what {@link #writeWhole} does for a log that has none of the records before: what the
   * records so far hold, and on what the next one follows, stays as it is.
   */
  public @Nullable UnwrittenState writeBase(Connection connection, long nowNanos) {
    if (connection.handling() == Handling.MONITORED) {
      begin(WHOLE);
      snapshot.writeLetGo(connection, record, nowNanos);
      return null;
    }
    begin(WHOLE | owedOf(connection));
    return snapshot.writeEssential(connection, record, nowNanos);
  }

  /**
   * Writes all of {@code connection}, so that another engine goes on with it as if nothing had
   * happened; returns why not if that fails.
   */
  public @Nullable UnwrittenState writeMoved(Connection connection, long nowNanos) {
    begin(WHOLE | owedOf(connection));
    return snapshot.write(connection, record, nowNanos);
  }

  /**
   * Writes what came since the last record of {@code connection}; returns why not if that fails.
   */
  @Nullable UnwrittenState writeStep(Connection connection, long nowNanos) {
    RecordMark mark = known(connection);
    begin(STEP | owedOf(connection));
    record.octet(ConnectionSnapshot.VERSION);
    connection.key().write(record);
    UnwrittenState unwritten = snapshot.step().write(connection, mark, record, nowNanos);
    if (unwritten == null) {
      mark.noteStep(connection, record.length());
    }
    return unwritten;
  }

  private static RecordMark known(Connection connection) {
    RecordMark mark = connection.record();
    if (mark == null) {
      throw new IllegalStateException("no record before: connection=" + connection.name());
    }
    return mark;
  }

  private static int owedOf(Connection connection) {
    boolean isOwed =
        connection.hasStreams()
            && (isOwed(connection.stream(Direction.CLIENT_TO_SERVER))
                || isOwed(connection.stream(Direction.SERVER_TO_CLIENT)));
    return isOwed ? OWED : 0;
  }

  /**
   * Whether something is promised, or will be when the record of now is committed: custody that it
   * asks for, and a FIN of the engine that has not left.
   */
  private static boolean isOwed(Stream stream) {
    Edits edits = stream.edits();
    boolean isFinOwn = edits.fin().isOwn() && !edits.fin().isAcknowledgedBy(stream.acknowledged());
    return stream.isPromised() || isFinOwn || edits.recordedCustodyEnd() > stream.decided();
  }

  /**
   * Writes the records of a connection that another engine wrote, each of which {@code taker} gets.
   * They count only all together: with some of them an engine would go on with what was before.
   */
  void writeAgain(List<KeptRecord> kept, Consumer<StateWriter> taker, long nowNanos) {
    for (int i = 0; i < kept.size(); i++) {
      record.clear();
      kept.get(i).write(record, i + 1 < kept.size(), nowNanos);
      taker.accept(record);
    }
  }

  /** Writes that the connection of {@code key} is no more. */
  void writeClose(ConnectionKey key) {
    begin(CLOSE);
    record.octet(ConnectionSnapshot.VERSION);
    key.write(record);
  }

  /** Writes what an agent expects. */
  void writeExpected(ExpectationCodec.Written expected) {
    begin(EXPECTED);
    record.octet(ConnectionSnapshot.VERSION);
    expectations.write(expected, record);
  }

  /** Writes what no agent expects any more. */
  void writeUnexpected(ExpectedConnection expected) {
    begin(UNEXPECTED);
    record.octet(ConnectionSnapshot.VERSION);
    ExpectationCodec.writePlace(expected, record);
  }

  /** Writes that all connections of the engine are no more. */
  void writeCloseAll() {
    begin(CLOSE_ALL);
  }

  /**
   * Notes that {@code connection} is in a record as it is now, of this number at most, after all
   * records were lost so often.
   */
  static void resume(Connection connection, long number, int losses, long nowNanos) {
    RecordMark mark = mark(connection);
    mark.noteResumed(connection, nowNanos);
    mark.setNumber(number, losses);
  }

  private static RecordMark mark(Connection connection) {
    RecordMark known = connection.record();
    RecordMark mark = known == null ? new RecordMark() : known;
    connection.setRecord(mark);
    return mark;
  }

  private void begin(int kind) {
    record.clear();
    record.octet(kind);
  }
}
