package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.stream.Stream;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Checks that the records of an engine hold all that is essential of its connections: what another
 * engine reads from them is what the engine has, as far as it did not only advance.
 */
final class ReplicaChecks {
  /** A connection that seems to be as it was in the last check is checked again so often. */
  private static final int CHECKED_ANYWAY_EVERY = 8;

  private final Supplier<Engine> engine;
  private final MemoryLog log;
  private final ReplicaComparison comparison;
  private final IdentityHashMap<Stream, Long> wanted = new IdentityHashMap<>();
  private final IdentityHashMap<Connection, Checked> checked = new IdentityHashMap<>();
  private Replica replica = new Replica();
  private long applied;
  private int checks;

  /** The connections after the last call: one that is gone may be parked. */
  private Set<Connection> present = Set.of();

  /** Whether connections may have gone on, and may have been parked, without records. */
  private boolean wasAlone;

  /** What was compared: the essential state, custody and the records. */
  private record Checked(EssentialMark mark, List<Long> custodies, long records) {}

  ReplicaChecks(Supplier<Engine> engine, MemoryLog log) {
    this.engine = engine;
    this.log = log;
    comparison = new ReplicaComparison(log.firstCopies());
  }

  /** The engine died, and the log has fewer records now. */
  void forget() {
    replica = new Replica();
    wanted.clear();
    checked.clear();
    present = Set.of();
    applied = 0;
  }

  /** Reads the records that were written since, and compares all connections. */
  void check(long nowNanos) {
    while (applied < log.appended()) {
      replica.apply(log.record(++applied), nowNanos);
    }
    wasAlone |= log.state() == LogState.ALONE;
    checks++;
    Set<Connection> before = present;
    present = Collections.newSetFromMap(new IdentityHashMap<>());
    engine
        .get()
        .forEachConnection(each -> {
          present.add(each);
          boolean isAsked = engine.get().isRecorded(each) && each.resetReason() == null;
          if (isAsked && isWritten(each, nowNanos) && isChanged(each)) {
            check(each, nowNanos);
          }
        });
    if (!wasAlone && !present.containsAll(before)) {
      engine.get().forEachParked(each -> checkParked(each, nowNanos));
    }
  }

  /**
   * Records that are written at intervals, or once there is room for what waits, may lack the last
   * changes.
   */
  private boolean isWritten(Connection connection, long nowNanos) {
    RecordMark mark = connection.record();
    if (mark != null && mark.isChanged()) {
      return false;
    }
    return !log.mode().writesAtIntervals() || (mark != null && mark.isOf(connection, nowNanos));
  }

  /** One that was not edited, and whose rule has no agent, has no record. */
  private void checkParked(Connection copy, long nowNanos) {
    if (RecordMark.hasRecords(copy)) {
      check(copy, nowNanos);
      Direction.BOTH.forEach(each -> wanted.remove(copy.streamOrNull(each)));
    }
  }

  /**
   * Whether the connection or the records changed since the last check. An acknowledgement only
   * leaves less to compare.
   */
  private boolean isChanged(Connection connection) {
    Checked now = new Checked(EssentialMark.of(connection), custodies(connection), applied);
    return !now.equals(checked.put(connection, now)) || checks % CHECKED_ANYWAY_EVERY == 0;
  }

  private static List<Long> custodies(Connection connection) {
    return connection.hasStreams()
        ? Direction.BOTH.stream()
            .map(each -> connection.stream(each).edits().recordedCustodyEnd())
            .toList()
        : List.of();
  }

  private void check(Connection connection, long nowNanos) {
    List<KeptRecord> records = replica.find(connection.key());
    LawBroken.unless(
        records != null, Law.TAKEOVER, () -> "no record: connection=" + connection.name());
    if (records == null) {
      return;
    }
    Connection copy = engine.get().moves().read(records, nowNanos);
    try {
      comparison.compare(connection, copy);
      if (connection.hasStreams() && connection.handling() == Handling.EDITED) {
        Direction.BOTH.forEach(
            each -> compareCustody(each, connection.stream(each), copy.stream(each)));
      }
    } finally {
      copy.free();
    }
  }

  /**
   * Octets whose record was asked for may have been thrown away since, or their connection was
   * parked: the record still has them.
   */
  private void compareCustody(Direction direction, Stream stream, Stream other) {
    long custody = stream.edits().recordedCustodyEnd();
    long recorded = other.edits().custodyEnd();
    wanted.putIfAbsent(stream, recorded);
    long most = wanted.merge(stream, custody, Math::max);
    LawBroken.unless(
        recorded >= custody && recorded <= most,
        Law.TAKEOVER,
        () -> direction + " custody: is=" + custody + " recorded=" + recorded + " most=" + most);
  }
}
