package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.BaseWriter;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.RecordWriter;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.commit.UnprotectedConnections;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionPlaces;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.UnwrittenState;
import dev.midstream.reassembly.fragment.FragmentReassembler;
import dev.midstream.reassembly.path.MonitoredPath;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves connections from one engine to another, as octets. A connection that is moved between two
 * of its packets goes on as if nothing had happened; one of which only the essential state is moved
 * goes on too, but some of it is sent again. Half-open connections stay. On the thread of the
 * engine's worker.
 */
public final class ConnectionMoves {
  private final Stages stages;
  private final MonitoredPath monitored;
  private final ConnectionPlaces places;
  private final CurrentConnection current;
  private final ConnectionParking parking;
  private final ConnectionRegistry registry;
  private final ConnectionLifecycle lifecycle;
  private final ConnectionSnapshot snapshot;
  private final RecordWriter records;
  private final FragmentReassembler fragments;

  ConnectionMoves(
      Stages stages,
      MonitoredPath monitored,
      ConnectionPlaces places,
      ConnectionParking parking,
      CurrentConnection current,
      ConnectionRegistry registry,
      ConnectionLifecycle lifecycle,
      ConnectionSnapshot snapshot,
      RecordWriter records,
      FragmentReassembler fragments) {
    this.stages = stages;
    this.monitored = monitored;
    this.places = places;
    this.parking = parking;
    this.current = current;
    this.registry = registry;
    this.lifecycle = lifecycle;
    this.snapshot = snapshot;
    this.records = records;
    this.fragments = fragments;
  }

  /**
   * Writes {@code connection}, which stays as it is, but is taken back from the fast path.
   *
   * @return null; or why nothing was written, if the codec of the agent fails
   */
  public @Nullable UnwrittenState write(Connection connection, StateWriter out, long nowNanos) {
    registry.fastPath.recall(connection, nowNanos);
    return snapshot.write(connection, out, nowNanos);
  }

  /**
   * Writes what must not be lost of {@code connection}, which stays as it is. An engine that goes
   * on with that learns the rest from the next segments of both ends.
   *
   * @return null; or why nothing was written, if the codec of the agent fails
   */
  public @Nullable UnwrittenState writeEssential(
      Connection connection, StateWriter out, long nowNanos) {
    registry.fastPath.recall(connection, nowNanos);
    return snapshot.writeEssential(connection, out, nowNanos);
  }

  /**
   * Reads a connection, which has no place here; the caller frees it.
   *
   * @throws MalformedState if the octets are no connection, or its rule is not known here
   */
  public Connection read(StateReader in, long nowNanos) {
    return snapshot.read(in, places, nowNanos);
  }

  /**
   * Reads a connection from its records in a {@link Replica}; it has no place here, and the caller
   * frees it.
   *
   * @throws MalformedState if the octets are no connection, or its rule is not known here
   */
  public Connection read(List<KeptRecord> records, long nowNanos) {
    List<StateReader> readers = Replica.readers(records, nowNanos);
    List<StateReader> since = readers.subList(1, readers.size());
    boolean skipsRest = records.getFirst().isRestOld();
    Connection connection = snapshot.read(readers.getFirst(), since, skipsRest, places, nowNanos);
    if (skipsRest) {
      connection.seen().touch(nowNanos); // it is not known what came since
    }
    return connection;
  }

  /**
   * Forgets all connections, which go on elsewhere: their ends notice nothing. What was charged for
   * them, and for kept fragments, is given back.
   */
  public void releaseAll() {
    current.set(null);
    registry.flows.forEach(each -> {
      registry.fastPath.drop(each);
      each.free();
    });
    registry.clear();
    registry.waiting.clear();
    registry.expectations.clear();
    fragments.clear();
  }

  /**
   * Writes a last record of each connection and forgets all of them: an engine that inherits the
   * records ({@link Replica#noteHandedOver}) goes on with them as if nothing had happened. Those
   * that wait still, because it inherited them itself, are handed over as their records say. Of
   * half-open connections and those whose state no agent writes it knows no more than after a
   * death.
   */
  public void handOver(long nowNanos) {
    registry.flows.forEach(each -> {
      registry.fastPath.recall(each, nowNanos);
      if (isToBeMoved(each)) {
        registry.journal.writeMoved(each, _ -> {}, nowNanos);
      }
    });
    parking.forEach(copy -> {
      if (UnprotectedConnections.isRecorded(copy)) {
        registry.journal.writeMoved(copy, _ -> {}, nowNanos);
      }
    });
    while (registry.waiting.size() > 0) {
      List<KeptRecord> next = registry.waiting.takeNext();
      if (next != null) {
        registry.journal.writeAgain(next, nowNanos);
      }
    }
    releaseAll();
  }

  /**
   * Begins to hand all connections over, as {@link #handOver} does at once. The engine must not be
   * called until that is over, or given up; then it has those that are left.
   *
   * @param copy gets what the log gets, and what it has already: all as they are
   */
  public GradualHandOver beginHandOver(Replica copy) {
    return new GradualHandOver(this, registry, parking, current, records, copy);
  }

  /** The names of all connections. */
  public NamedConnections named() {
    return new NamedConnections(registry);
  }

  /**
   * Writes a record of each connection that is in one, as it is now, for an engine that got none of
   * the records before; the records of the log from now on follow on these. The connections stay as
   * they are.
   *
   * @param taker gets each record, which is valid during the call
   */
  public void writeBase(Consumer<StateWriter> taker, long nowNanos) {
    current.set(null);
    registry.journal.writeChanged(nowNanos);
    registry.flows.forEach(each -> {
      if (registry.journal.unprotected().isInRecord(each)) {
        registry.journal.writeIfThrownAway(each, nowNanos);
      }
    });
    write(new BaseWriter(records::writeBase, records, taker, nowNanos), nowNanos);
  }

  /**
   * Writes records of all connections, as they are now, for an engine that goes on with them as if
   * nothing had happened ({@link Replica#noteHandedOver}). They stay as they are. While no other
   * engine keeps records, they are those of which records would be kept.
   *
   * @param taker gets each record, which is valid during the call
   */
  public void writeMoved(Consumer<StateWriter> taker, long nowNanos) {
    current.set(null);
    write(new BaseWriter(records::writeMoved, records, taker, nowNanos), nowNanos);
  }

  private void write(BaseWriter base, long nowNanos) {
    base.begin();
    registry.expectations.logTo(base, nowNanos);
    registry.flows.forEach(each -> {
      if (isToBeMoved(each)) {
        base.write(each);
      }
    });
    registry.halfOpen.showRecorded(base::writeCopy);
    parking.forEach(copy -> {
      if (UnprotectedConnections.isRecorded(copy)) {
        base.write(copy);
      }
    });
    registry.waiting.forEach(base::writeAgain);
  }

  /** Whether a connection is in a record, or would be if its turn had come, or there were any. */
  boolean isToBeMoved(Connection connection) {
    UnprotectedConnections unprotected = registry.journal.unprotected();
    boolean mayMiss = !registry.journal.isOn() || unprotected.isRenewing();
    return unprotected.isInRecord(connection)
        || (mayMiss && UnprotectedConnections.isRecorded(connection));
  }

  /** Forgets a connection that goes on elsewhere: its ends notice nothing. */
  public void release(Connection connection) {
    current.set(null);
    parking.forget(connection.key());
    registry.detach(connection);
  }

  /**
   * Goes on with a connection that {@link #write} or {@link #writeEssential} wrote. If the state of
   * its agent cannot be read, the agent has failed: {@code on-agent-failure} says whether the rest
   * of both streams passes.
   *
   * @return the connection; null if one with the same ends is known here, which is not changed
   * @throws MalformedState if the octets are no connection, or its rule is not known here
   */
  public @Nullable Connection restore(StateReader in, long nowNanos, PacketOutput out) {
    Connection connection = read(in, nowNanos);
    if (isKnown(connection)) {
      connection.free();
      return null;
    }
    registry.attach(connection);
    return goOn(connection, nowNanos, out);
  }

  /** As {@link #restore}, from the records of a {@link Replica}, which this engine goes on with. */
  @Nullable Connection inherit(List<KeptRecord> records, long nowNanos, PacketOutput out) {
    Connection connection = read(records, nowNanos);
    if (isKnown(connection)) {
      connection.free();
      return null;
    }
    registry.attach(connection);
    registry.fastPath.clear(connection);
    boolean isWhole = snapshot.isWhole() && registry.journal.isOn();
    if (!isWhole) {
      registry.journal.writeAgain(records, nowNanos);
    }
    registry.journal.unprotected().resume(connection, records.getFirst().sinceNanos());
    if (isWhole) {
      registry.journal.writeWhole(connection, nowNanos); // its SYNs wait for no record any more
    }
    return goOn(connection, nowNanos, out);
  }

  private boolean isKnown(Connection connection) {
    return registry.flows.ofEnds(connection) != null || parking.isParked(connection.key());
  }

  private Connection goOn(Connection connection, long nowNanos, PacketOutput out) {
    current.set(connection);
    if (!snapshot.isWhole()) {
      connection.seen().setInherited();
      askEnds(connection, nowNanos, out);
    }
    stages.delivery().begin(nowNanos);
    stages.delivery().endOfEditing().ifStateIsLost(connection);
    resume(connection, nowNanos, out);
    lifecycle.reschedule(connection, nowNanos);
    registry.deadlines.bringForward(connection, parking.restoredDueNanos(connection, nowNanos));
    current.set(null);
    return connection;
  }

  /**
   * Probes both ends if the engine owes octets to one of them, and before it sends any: their
   * answers bring acknowledgement, window and timestamp. With old ones the receiver would drop what
   * is sent to it (PAWS, RFC 7323 section 5.2). An end that has sent only its SYN is not asked: the
   * other one knows no echo of it yet.
   */
  private void askEnds(Connection connection, long nowNanos, PacketOutput out) {
    boolean isOpening = connection.state() == ConnectionState.OPENING;
    if (isOpening || !connection.hasEndpointAt(Vantage.INLINE)) {
      return;
    }
    Open open = connection.openPhase();
    if (open.isPromised() || open.isReplayEarly()) {
      stages.duties().askEnds(connection, nowNanos, out);
    }
  }

  private void resume(Connection connection, long nowNanos, PacketOutput out) {
    for (Direction direction : Direction.BOTH) {
      if (connection.hasStreams() && connection.isReadyForAgent()) {
        stages.delivery().resume(connection, direction);
      }
    }
    if (connection.hasStreams() && connection.handling() == Handling.EDITED) {
      noteRetransmitted(connection);
      stages.drain().sendAll(connection, nowNanos, out);
      stages.duties().resume(connection, nowNanos, out);
    } else if (connection.hasStreams()) {
      monitored.drain(connection);
    }
  }

  /** What is lost was retransmitted before the move, or its time has not come. */
  private static void noteRetransmitted(Connection connection) {
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.stream(direction);
      stream.receiver().retransmit().noteRepeated(stream.releasedEnd());
    }
  }
}
