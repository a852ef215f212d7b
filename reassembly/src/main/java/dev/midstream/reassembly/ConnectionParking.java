package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.reassembly.deliver.EndOfEditing;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionPlaces;
import dev.midstream.reassembly.flow.ConnectionSnapshot;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Guarded;
import dev.midstream.reassembly.flow.ParkedLookup;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.ShownPlaces;
import dev.midstream.reassembly.flow.UnwrittenState;
import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.reassembly.park.ParkedConnections;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.Stream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Parks connections: one at rest that was silent for a time is kept as its octets only, and is read
 * again for its next packet, or when it is due. Nothing but memory shows that it was parked.
 *
 * <p>A connection at rest keeps no octets, has nothing to send, and waits for nothing but the end
 * of its time. Half-open and unassured connections are not parked.
 */
final class ConnectionParking implements ParkedLookup {
  /** Connections looked at to make room, those first that were assured or restored first. */
  private static final int MAX_LOOKS = 16;

  /** No connection is due before {@link Timeouts#parkNanos} this large. */
  private static final long NEVER = Long.MAX_VALUE / 2;

  /** With less heap for connections none is parked: the table of parked ones would take most. */
  private static final long MIN_HEAP_BYTES = 1 << 20;

  private final Timeouts timeouts;
  private final EventSink events;
  private final Counters counters;
  private final EndOfEditing endOfEditing;
  private final ParkedConnections parked;
  private final ConnectionRegistry registry;
  private final ConnectionPlaces places;
  private final ConnectionTimers timers;
  private final ConnectionExpiry expiry;
  private final ConnectionSnapshot snapshot;

  ConnectionParking(
      Stages stages,
      ConnectionRegistry registry,
      ConnectionPlaces places,
      ConnectionTimers timers,
      ConnectionExpiry expiry) {
    timeouts = stages.configuration().timeouts();
    events = stages.events();
    counters = stages.counters();
    endOfEditing = stages.delivery().endOfEditing();
    this.registry = registry;
    parked = registry.parked;
    this.places = places;
    this.timers = timers;
    this.expiry = expiry;
    snapshot = parked.createSnapshot();
  }

  /** Octets of the heap that all connections are charged with. */
  long chargedBytes() {
    return registry.heap.usedBytes();
  }

  /**
   * When {@code connection} may be parked if nothing comes; {@link Long#MAX_VALUE} if never, or if
   * that time has come already.
   */
  long dueNanos(Connection connection, long nowNanos) {
    long dueNanos = dueNanos(connection);
    return dueNanos > nowNanos ? dueNanos : Long.MAX_VALUE;
  }

  /**
   * When {@code connection}, which was restored now, may be parked if nothing comes: now if it was
   * silent for long enough and is at rest; {@link Long#MAX_VALUE} if it is not.
   */
  long restoredDueNanos(Connection connection, long nowNanos) {
    long dueNanos = dueNanos(connection);
    return dueNanos > nowNanos || isAtRest(connection)
        ? Math.max(dueNanos, nowNanos)
        : Long.MAX_VALUE;
  }

  private long dueNanos(Connection connection) {
    return isParking() && isParkable(connection)
        ? connection.seen().lastNanos() + timeouts.parkNanos()
        : Long.MAX_VALUE;
  }

  /**
   * Parks a connection if it is at rest and was silent for long enough.
   *
   * @return whether it is parked; then it must not be used any more
   */
  boolean park(Connection connection, long nowNanos) {
    return dueNanos(connection) <= nowNanos && parkAtRest(connection, nowNanos);
  }

  /**
   * Forgets a connection that was over for long enough, or parks some at rest before their time if
   * the heap is full; returns whether there was one.
   */
  boolean makeRoom(long nowNanos) {
    return forgetOver(nowNanos) || (!registry.heap.hasRoomToRestore() && parkSome(nowNanos));
  }

  private boolean parkSome(long nowNanos) {
    boolean found = false;
    for (int looks = 0; looks < MAX_LOOKS && isParking(); looks++) {
      Connection next = registry.evictions.takeAssured();
      found |= next != null && isParkable(next) && parkAtRest(next, nowNanos);
    }
    return found;
  }

  /** Whether the connection of {@code key} is parked. */
  boolean isParked(ConnectionKey key) {
    return parked.find(key) != ParkedConnections.NONE;
  }

  @Override
  public @Nullable Connection restore(ConnectionKey key, long nowNanos) {
    int record = parked.find(key);
    return record != ParkedConnections.NONE && registry.heap.hasRoomToRestore()
        ? restore(record, nowNanos)
        : null;
  }

  /** When {@link #pollDue} is next due. */
  long nextNanos() {
    return parked.nextNanos();
  }

  /** Goes on with the first connection that is due; null if none is. */
  @Nullable Connection pollDue(long nowNanos) {
    int record = parked.firstDue(nowNanos);
    return record == ParkedConnections.NONE ? null : restore(record, nowNanos);
  }

  private boolean forgetOver(long nowNanos) {
    int record = parked.firstOver();
    if (record == ParkedConnections.NONE
        || parked.head(record).lastNanos() + timeouts.closingNanos() > nowNanos) {
      return false;
    }
    registry.journal.close(parked.key(record));
    parked.remove(record);
    return true;
  }

  /** Forgets the parked connection of {@code key}, if there is one. */
  void forget(ConnectionKey key) {
    int record = parked.find(key);
    if (record != ParkedConnections.NONE) {
      parked.remove(record);
    }
  }

  /** Forgets all parked connections. */
  void clear() {
    parked.clear();
  }

  /** Shows a copy of each parked connection to {@code observer}, in no particular order. */
  void forEach(Consumer<Connection> observer) {
    for (long place = 0; place < ParkedConnections.END; ) {
      place = parked.visit(place, record -> show(record, observer));
    }
  }

  @Override
  public void show(ConnectionKey key, Consumer<Connection> observer) {
    int record = parked.find(key);
    if (record != ParkedConnections.NONE) {
      show(record, observer);
    }
  }

  /** Shows nothing of what cannot be read: {@link #restore} forgets it. */
  private void show(int record, Consumer<Connection> observer) {
    Connection copy = read(record, new ShownPlaces(places));
    if (copy == null) {
      return;
    }
    try {
      observer.accept(copy);
    } finally {
      copy.free();
    }
  }

  private @Nullable Connection restore(int record, long nowNanos) {
    Connection connection = read(record, places);
    if (connection == null) {
      registry.journal.close(parked.key(record));
      parked.remove(record);
      counters.count(Reason.ENGINE_FAILED);
      events.event(Reason.ENGINE_FAILED, "", "the octets of a parked connection cannot be read");
      return null;
    }
    parked.remove(record);
    registry.attach(connection);
    registry.journal.unprotected().resumeParked(connection, nowNanos);
    endOfEditing.ifStateIsLost(connection);
    long restNanos = nowNanos + timeouts.parkNanos();
    registry.deadlines.bringForward(connection, Math.min(expiry.dueNanos(connection), restNanos));
    return connection;
  }

  /** Reads a connection; null if its octets contradict each other, which is an error here. */
  private @Nullable Connection read(int record, ConnectionPlaces from) {
    try {
      return snapshot.read(parked.read(record), from, parked.timeNanos(record));
    } catch (MalformedState _) {
      return null;
    }
  }

  private boolean isParking() {
    return timeouts.parkNanos() < NEVER && registry.heap.limitBytes() >= MIN_HEAP_BYTES;
  }

  private boolean isParkable(Connection connection) {
    return connection.seen().isAssured()
        && !connection.seen().isFast()
        && connection.seen().guarded() == Guarded.NOT
        && connection.state() != ConnectionState.OPENING
        && connection.handshakes().alternative() == null;
  }

  private boolean parkAtRest(Connection connection, long nowNanos) {
    if (!isAtRest(connection)) {
      return false;
    }
    if (connection.hasStreams()) {
      connection.stream(Direction.CLIENT_TO_SERVER).memory().forgetMarks();
      connection.stream(Direction.SERVER_TO_CLIENT).memory().forgetMarks();
    }
    long nanos = ParkedConnections.floorNanos(connection.seen().lastNanos());
    UnwrittenState unwritten = snapshot.write(connection, parked.begin(nanos), nanos);
    if (unwritten != null) {
      report(connection, unwritten);
      return false;
    }
    boolean isOver = connection.state() == ConnectionState.CLOSING;
    if (!registry.journal.noteParked(connection, nowNanos)
        || !parked.add(connection.key(), expiry.dueNanos(connection), isOver)) {
      return false;
    }
    registry.detach(connection);
    return true;
  }

  /** Reports that the agent of a connection keeps it from being parked. */
  private void report(Connection connection, UnwrittenState unwritten) {
    events.agentFailed(
        unwritten.agent(),
        connection.rule().name(),
        connection.name(),
        unwritten.failure().kindAndPlace());
  }

  private static boolean isAtRest(@Nullable Stream stream) {
    return stream == null || (stream.isQuiet() && stream.edits().firstCopies().length() == 0);
  }

  private boolean isAtRest(Connection connection) {
    return isAtRest(connection.streamOrNull(Direction.CLIENT_TO_SERVER))
        && isAtRest(connection.streamOrNull(Direction.SERVER_TO_CLIENT))
        && connection.seen().unansweredProbes() == 0
        && !(connection.phase() instanceof Open open && !open.isCommitted())
        && timers.workDueNanos(connection) == Long.MAX_VALUE;
  }
}
