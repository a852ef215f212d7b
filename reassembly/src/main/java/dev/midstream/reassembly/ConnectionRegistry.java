package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.fastpath.FastPath;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ConflictingSynAck;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.EvictionQueues;
import dev.midstream.reassembly.lifecycle.HalfOpenConnections;
import dev.midstream.reassembly.park.ParkedConnections;
import dev.midstream.reassembly.path.MemoryRelief;
import org.jspecify.annotations.Nullable;

/** Every table and queue of one engine in which a connection has a place. */
final class ConnectionRegistry {
  /** How often a connection on the fast path is looked at. */
  private static final long LOOK_NANOS = 10_000_000_000L;

  final FlowTable flows;
  final Deadlines deadlines;
  final EvictionQueues evictions;
  final ConnectionHeap heap;
  final HalfOpenConnections halfOpen;
  final ExpectationTable expectations;
  final ConflictingSynAck conflicts;
  final ParkedConnections parked;
  final CommitJournal journal;
  final FastPath fastPath;

  /** Connections of a dead engine with which this one goes on, and has not yet. */
  final Replica waiting;

  private final MemoryRelief relief;

  ConnectionRegistry(
      FlowTable flows,
      Deadlines deadlines,
      EvictionQueues evictions,
      ConnectionHeap heap,
      HalfOpenConnections halfOpen,
      ParkedConnections parked,
      ExpectationTable expectations,
      MemoryRelief relief,
      CommitJournal journal,
      FastPath fastPath,
      ConnectionOpening opening,
      Counters counters,
      Replica waiting) {
    this.flows = flows;
    this.deadlines = deadlines;
    this.evictions = evictions;
    this.heap = heap;
    this.halfOpen = halfOpen;
    this.parked = parked;
    this.expectations = expectations;
    this.relief = relief;
    this.journal = journal;
    this.fastPath = fastPath;
    this.waiting = waiting;
    conflicts = new ConflictingSynAck(flows, deadlines, opening, counters);
  }

  /** Begins the work on {@code connection}, which was found for {@code segment}. */
  void begin(Connection connection, Segment segment, long nowNanos) {
    fastPath.onSegment(connection, segment.packet(), nowNanos);
    journal.unprotected().holdLost(connection);
  }

  /** Begins the work on {@code connection}, which is due. */
  void begin(Connection connection, long nowNanos) {
    fastPath.recall(connection, nowNanos);
    journal.unprotected().holdLost(connection);
  }

  /** The next connection that is due, but none that is active on the fast path. */
  @Nullable Connection pollDue(long nowNanos) {
    Connection due = deadlines.poll(nowNanos);
    while (due != null && fastPath.look(due, nowNanos)) {
      deadlines.bringForward(due, nowNanos + LOOK_NANOS);
      due = deadlines.poll(nowNanos);
    }
    return due;
  }

  /** Adds a connection that began elsewhere. */
  void attach(Connection connection) {
    flows.add(connection);
    evictions.addMoved(connection);
    heap.update(connection);
  }

  /** Removes a connection that goes on elsewhere. */
  void detach(Connection connection) {
    journal.forget(connection);
    remove(connection);
  }

  /** Removes a half-open connection of which the SYNs are kept. Its SYN-ACK may wait. */
  void detachHalfOpen(Connection connection) {
    journal.forgetObject(connection);
    remove(connection);
  }

  private void remove(Connection connection) {
    fastPath.drop(connection);
    conflicts.drop(connection);
    evictions.remove(connection);
    relief.leave(connection);
    heap.remove(connection);
    deadlines.remove(connection);
    flows.remove(connection);
    connection.leaveUntouched(); // the mark of the last call may still refer to it
  }

  /**
   * Removes a connection. The next segment between its endpoints opens another one, whose SYN-ACK
   * waits in each mode until a record of the end is committed.
   */
  void forget(Connection connection) {
    expectations.endOf(connection);
    detach(connection);
    journal.close(connection);
  }

  /** Removes the alternative of {@code connection} that a conflicting SYN-ACK created. */
  void forgetAlternative(Connection connection) {
    conflicts.drop(connection);
  }

  /** Forgets all connections, which were freed, and all places that refer to them. */
  void clear() {
    flows.visit(0, flows.slots(), fastPath::drop);
    flows.clear();
    parked.clear();
    deadlines.clear();
    evictions.clear();
    relief.clear();
    heap.clear();
    halfOpen.clear();
    journal.forgetAll();
  }
}
