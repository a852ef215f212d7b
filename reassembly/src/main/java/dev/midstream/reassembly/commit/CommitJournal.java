package dev.midstream.reassembly.commit;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.RecordMark;
import dev.midstream.reassembly.flow.UnwrittenState;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record of a connection when something was decided or promised, once for each call of the
 * engine, at its end. What the record holds may leave and be acknowledged when it is committed; see
 * {@link dev.midstream.reassembly.stream.CommitLimit}. The SYN-ACK of an edited connection is kept
 * until the record of its opening is committed.
 */
public final class CommitJournal {
  private final CommitLog log;
  private final CommitMode mode;
  private final Counters counters;
  private final EventSink events;
  private final RecordWriter records;
  private final UnprotectedConnections unprotected;
  private final ConnectionHeap heap;
  private final PendingRecords pending;
  private final HalfOpenRecords halfOpen;
  private final HeldOpenings held;
  private final ChangedConnections changed = new ChangedConnections();
  private final ArrayDeque<Connection> released = new ArrayDeque<>();
  private final Consumer<Connection> awaited = this::release;
  private long appended;
  private LogState state;

  /** Appends records to {@code log}; what waits for them is charged to {@code heap}. */
  public CommitJournal(
      CommitLog log,
      ConnectionHeap heap,
      Counters counters,
      EventSink events,
      RecordWriter records) {
    this.log = log;
    this.heap = heap;
    pending = new PendingRecords(heap);
    halfOpen = new HalfOpenRecords(heap);
    held = new HeldOpenings(heap);
    mode = log.mode();
    state = log.state();
    this.counters = counters;
    this.events = events;
    this.records = records;
    unprotected = new UnprotectedConnections(log, this, counters);
  }

  /** Whether records are written now. */
  public boolean isOn() {
    return mode.writesRecords() && state == LogState.COMMITTING;
  }

  /** The connections that are in no record that is committed. */
  public UnprotectedConnections unprotected() {
    return unprotected;
  }

  /** What waits for records now. */
  public CommitMode mode() {
    if (state == LogState.ALONE && mode.writesRecords()) {
      return log.noCopy() == NoCopy.CONTINUE ? CommitMode.NONE : CommitMode.STRICT;
    }
    return mode;
  }

  /** The state of the log when {@link #updateState} was called last. */
  public LogState state() {
    return state;
  }

  /** Looks at the state of the log; returns whether it has changed. */
  public boolean updateState() {
    LogState before = state;
    state = log.state();
    return mode.writesRecords() && state != before;
  }

  /**
   * Where the packets go that a SYN causes which is of {@code connection}, or of the alternative of
   * it: to {@code out}, or into a store, if it changes what another engine must know and no record
   * of that is committed. A SYN of the opening waits for none before it is answered.
   */
  public PacketOutput outputFor(Connection connection, FrameView view, PacketOutput out) {
    boolean waits = mode().delaysOpening() || held.isAwaited(connection.key());
    HeldPackets packets = waits ? held.packetsFor(connection, view, log.committed()) : null;
    if (packets == null) {
      return out;
    }
    counters.count(Reason.COMMIT_AWAITED);
    return packets;
  }

  /**
   * Writes a record of {@code connection} if the last one does not hold all that is decided. While
   * there is no room for what waits, it is written once there is.
   */
  public void note(Connection connection, long nowNanos) {
    if (!isOn()
        || unprotected.takeChanged(connection, nowNanos)
        || !RecordMark.isNeeded(connection)) {
      return;
    }
    RecordMark mark = connection.record();
    if (mark != null && mark.isOf(connection, nowNanos)) {
      return;
    }
    if (mark != null && (mode.writesAtIntervals() || !heap.hasRoomToWait())) {
      changed.add(connection, mark, nowNanos + log.intervalNanos());
      return;
    }
    write(connection, nowNanos);
  }

  /** The same for a connection that was at rest, and of which one segment passed unchanged. */
  public void noteAtRest(Connection connection, long nowNanos) {
    RecordMark mark = connection.record();
    if (mark != null && !mark.isOfAtRest(connection.openPhase(), nowNanos)) {
      note(connection, nowNanos);
    }
  }

  /** When {@link #writeDue} is due next; {@link Long#MAX_VALUE} if nothing has changed. */
  public long dueNanos() {
    return changed.dueNanos();
  }

  /** Writes records of all connections that have changed, if their interval is over. */
  public void writeDue(long nowNanos) {
    if (changed.dueNanos() > nowNanos) {
      return;
    }
    if (heap.hasRoomToWait()) {
      writeChanged(nowNanos);
    } else {
      changed.postpone(nowNanos + log.intervalNanos());
    }
  }

  /** Writes records of all connections that have changed. */
  public void writeChanged(long nowNanos) {
    changed.takeAll(each -> {
      if (isRecordDue(each, nowNanos)) {
        write(each, nowNanos);
      }
    });
  }

  /** Notes that a connection has no place here any more. */
  public void forget(Connection connection) {
    RecordMark.removeObject(connection);
    changed.remove(connection);
    unprotected.forget(connection);
    held.forget(connection.key());
  }

  /**
   * Forgets the records that are not committed, and shows their connections to {@code observer}.
   */
  public void forgetPending(Consumer<Connection> observer) {
    pending.forEach(observer);
    released.forEach(observer);
    changed.takeAll(observer);
    pending.clear();
    halfOpen.clear();
    released.clear();
  }

  /** What waits for records of connections now. */
  public WaitingBytes waiting() {
    long kept = pending.bytes() + halfOpen.bytes() + held.bytes();
    return new WaitingBytes(heap.waitingBytes(), kept);
  }

  /** The SYNs and SYN-ACKs that wait for records. */
  public HeldOpenings held() {
    return held;
  }

  /** The number of the last record. */
  public long appended() {
    return appended;
  }

  /** The octets of the last record. */
  public int recordBytes() {
    return records.record().length();
  }

  /** Writes that no record before counts, so that all are written again; returns its number. */
  public long beginAnew() {
    records.writeCloseAll();
    return log.append(records.record());
  }

  /** Writes all that is essential of a connection. */
  public void writeWhole(Connection connection, long nowNanos) {
    write(connection, true, nowNanos);
  }

  /** Writes all that is essential of a connection; {@code copy} is only a copy of it. */
  public void writeCopy(Connection copy, long nowNanos) {
    if (records.writeWhole(copy, nowNanos) == null) {
      appended = log.append(records.record());
      held.noteWritten(copy, appended);
      halfOpen.noteCopyWritten(copy, appended, pending);
    }
  }

  /**
   * Writes all of a connection, or of a copy of it, with which another engine goes on; {@code also}
   * gets it, too.
   */
  public void writeMoved(Connection connection, Consumer<StateWriter> also, long nowNanos) {
    if (isOn() && records.writeMoved(connection, nowNanos) == null) {
      log.append(records.record());
      also.accept(records.record());
    }
  }

  /**
   * Writes a whole record of {@code connection} if octets that the last one holds were thrown away,
   * so that another engine does not go on with them.
   */
  public void writeIfThrownAway(Connection connection, long nowNanos) {
    if (isOn() && pending.lowerCustody(connection)) {
      write(connection, true, nowNanos);
    }
  }

  private void write(Connection connection, long nowNanos) {
    boolean isLowered = pending.lowerCustody(connection);
    RecordMark mark = connection.record();
    write(connection, isLowered || mark == null || mark.isWholeDue(connection, nowNanos), nowNanos);
  }

  /**
   * Writes a whole record of a connection that is about to be parked, if there is none, the last
   * one does not hold all, or is longer with its steps. Each parked connection that an agent's rule
   * decides is in a record.
   *
   * @return false if the agent does not write its state, or there is no room for what waits: then
   *     it must not be parked
   */
  public boolean noteParked(Connection connection, long nowNanos) {
    unprotected.takeLost(connection);
    RecordMark mark = connection.record();
    boolean isDue =
        mark == null
            ? isOn() && RecordMark.hasRecords(connection)
            : mark.isLongerThanWhole() || changed.contains(connection);
    if (isDue && heap.hasRoomToWait()) {
      write(connection, true, nowNanos);
      return connection.record() != null;
    }
    return !isDue;
  }

  private void write(Connection connection, boolean isWhole, long nowNanos) {
    UnwrittenState unwritten =
        isWhole
            ? records.writeWhole(connection, nowNanos)
            : records.writeStep(connection, nowNanos);
    if (unwritten != null) {
      goOnWithout(connection, unwritten, nowNanos);
      return;
    }
    appended = log.append(records.record());
    RecordMark mark = connection.record();
    if (mark != null) {
      mark.setNumber(appended, unprotected.losses());
    }
    held.noteWritten(connection, appended);
    halfOpen.noteWritten(connection, appended);
    if (mark != null && connection.phase() instanceof Open open) {
      pending.add(appended, connection, mark.makeObject(connection, open));
    }
  }

  /** Goes on without records: the agent does not write its state. What waited leaves next. */
  private void goOnWithout(Connection connection, UnwrittenState unwritten, long nowNanos) {
    HeldPackets waiting = held.take(connection.key());
    close(connection);
    if (connection.phase() instanceof Open open) {
      open.stopCommit();
    }
    held.release(waiting);
    unprotected.free(connection, nowNanos);
    events.agentFailed(
        unwritten.agent(),
        connection.rule().name(),
        connection.name(),
        unwritten.failure().kindAndPlace());
  }

  /** Writes that there is no connection any more, if there are records of it. */
  public void close(Connection connection) {
    if (connection.record() != null) {
      RecordMark.removeObject(connection);
      connection.setRecord(null);
      close(connection.key());
    }
  }

  /** Writes that the connection of {@code key}, which does not change, is no more. */
  public void close(ConnectionKey key) {
    held.forget(key);
    if (isOn()) {
      records.writeClose(key);
      appended = log.append(records.record());
      held.awaitClose(key, appended);
    }
  }

  /** Writes that all connections of this engine are no more. */
  public void closeAll() {
    forgetAll();
    if (isOn()) {
      held.awaitCloseOfAll(beginAnew());
    }
  }

  /** Writes the records of a connection again with which this engine goes on. */
  public void writeAgain(List<KeptRecord> kept, long nowNanos) {
    if (isOn()) {
      records.writeAgain(kept, log::append, nowNanos);
    }
  }

  /** Forgets what waits for records: all connections go on elsewhere. */
  public void forgetAll() {
    forgetPending(_ -> {});
    held.clear();
  }

  /** Whether something has changed in {@code connection} since its last record. */
  public boolean isRecordDue(Connection connection, long nowNanos) {
    RecordMark mark = connection.record();
    return mark != null && !mark.isOf(connection, nowNanos);
  }

  /** Notes that a restored half-open connection is in a record, which may not be committed. */
  public void resumeHalfOpen(Connection connection) {
    halfOpen.resume(connection, unprotected.losses(), pending);
  }

  /**
   * Notes which records are committed, and takes the next connection for which something may have
   * waited; null if there is none. What waited may leave.
   */
  public @Nullable Connection takeCommitted() {
    long committed = log.committed();
    unprotected.takeCommitted();
    halfOpen.noteCommitted(committed);
    pending.commit(committed, awaited);
    Connection next = released.isEmpty() ? unprotected.takeFreed() : released.poll();
    RecordMark mark = next == null ? null : next.record();
    if (mark != null) {
      mark.setReleased(false);
    }
    return next;
  }

  private void release(Connection connection) {
    RecordMark mark = connection.record();
    if (mark != null && !mark.isReleased()) {
      released.add(connection);
      mark.setReleased(true);
    }
  }

  /** Sends the SYNs and SYN-ACKs whose records are committed. */
  public void sendHeld(PacketOutput out) {
    held.sendTo(log.committed(), out);
  }

  /** Notes that {@code connection} is kept as its SYNs. Its records may be committed later. */
  public void forgetObject(Connection connection) {
    RecordMark.removeObject(connection);
    changed.remove(connection);
    if (isOn()) {
      held.forgetUnwritten(connection.key());
    }
  }
}
