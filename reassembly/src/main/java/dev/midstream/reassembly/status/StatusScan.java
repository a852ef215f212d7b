package dev.midstream.reassembly.status;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.fastpath.FastPath;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.ParkedLookup;
import dev.midstream.reassembly.flow.SnapshotHead;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.lifecycle.HalfOpenConnections;
import dev.midstream.reassembly.lifecycle.KnownConnections;
import dev.midstream.reassembly.park.ParkedConnections;
import dev.midstream.reassembly.store.MemoryBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A scan of all connections of an engine, in short steps with packets in between. It runs on the
 * engine's thread; its {@link #result} may go to any thread. A connection that is added, removed or
 * moved during the scan may be missed or counted twice.
 */
public final class StatusScan implements StatusQuery {
  /** Upper limit of the connections in the result. */
  public static final int MAX_RECENT = 1_000;

  /** Slots visited in one step: about 0.1 ms, as the connections lie scattered in memory. */
  private static final int STEP_SLOTS = 2_048;

  /** Connections copied in one step. */
  private static final int STEP_COPIES = 32;

  /** A connection, the ends of a parked one, or the record of a half-open one. */
  private record Candidate(
      long lastNanos,
      @Nullable Connection connection,
      @Nullable ConnectionKey parked,
      int halfOpen) {}

  private final FlowTable flows;
  private final ParkedConnections parked;
  private final SynCache cache;
  private final ParkedLookup lookup;
  private final HalfOpenConnections halfOpen;
  private final CommitJournal journal;
  private final Counters counters;
  private final MemoryBudget budget;
  private final FastPath fastPath;
  private final int maxRecent;
  private final Map<ConnectionState, Long> states = new EnumMap<>(ConnectionState.class);
  private final Map<Handling, Long> handlings = new EnumMap<>(Handling.class);
  private final PriorityQueue<Candidate> recent =
      new PriorityQueue<>(Comparator.comparingLong(Candidate::lastNanos));
  private final List<ConnectionStatus> copies = new ArrayList<>();
  private long unprotected;
  private int slots;
  private int nextSlot;
  private long nextParkedPlace;
  private long nextCachePlace;

  /**
   * Creates a scan.
   *
   * @param maxRecent number of connections in the result, at most {@link #MAX_RECENT}
   */
  public StatusScan(
      KnownConnections known,
      HalfOpenConnections halfOpen,
      ParkedLookup lookup,
      CommitJournal journal,
      Counters counters,
      MemoryBudget budget,
      FastPath fastPath,
      int maxRecent) {
    flows = known.flows();
    parked = known.parked();
    cache = known.halfOpen();
    this.lookup = lookup;
    this.halfOpen = halfOpen;
    this.journal = journal;
    this.counters = counters;
    this.budget = budget;
    this.fastPath = fastPath;
    this.maxRecent = Math.min(maxRecent, MAX_RECENT);
    slots = flows.slots();
  }

  @Override
  public boolean step(long nowNanos) {
    if (nextSlot < slots
        || nextParkedPlace < ParkedConnections.END
        || nextCachePlace < SynCache.END) {
      visitSome();
      return true;
    }
    for (int i = 0; i < STEP_COPIES && !recent.isEmpty(); i++) {
      copy(recent.remove(), nowNanos);
    }
    return !recent.isEmpty();
  }

  private void copy(Candidate candidate, long nowNanos) {
    Connection connection = candidate.connection();
    ConnectionKey key = candidate.parked();
    if (key != null) {
      lookup.show(key, copy -> copies.add(ConnectionStatus.of(copy, nowNanos)));
    } else if (connection == null) {
      if (cache.isKnown(candidate.halfOpen(), candidate.lastNanos())) {
        Connection restored = halfOpen.restore(candidate.halfOpen());
        copies.add(ConnectionStatus.of(restored, nowNanos));
        halfOpen.release(restored);
      }
    } else if (flows.isKnown(connection)) {
      boolean ignored = fastPath.look(connection, nowNanos);
      ConnectionStatus status = ConnectionStatus.of(connection, nowNanos);
      copies.add(status.withFast(fastPath.traffic(connection)));
    }
  }

  @Override
  public EngineStatus result() {
    return EngineStatus.of(
        counters,
        budget,
        unprotected,
        FastPathStatus.of(fastPath.tally(), fastPath.guards().missing()),
        states,
        handlings,
        copies);
  }

  private void visitSome() {
    if (flows.slots() != slots) {
      restart();
    }
    if (nextSlot < slots) {
      nextSlot = flows.visit(nextSlot, STEP_SLOTS, this::visit);
    } else if (nextParkedPlace < ParkedConnections.END) {
      nextParkedPlace = parked.visit(nextParkedPlace, this::visitParked);
    } else {
      nextCachePlace = cache.visit(nextCachePlace, this::visitHalfOpen);
    }
  }

  /** Restarts the scan, because the table has grown and moved its entries. */
  private void restart() {
    slots = flows.slots();
    nextSlot = 0;
    nextParkedPlace = 0;
    nextCachePlace = 0;
    unprotected = 0;
    states.clear();
    handlings.clear();
    recent.clear();
  }

  private void visit(Connection connection) {
    count(connection.state(), connection.handling());
    unprotected += journal.unprotected().isUnprotected(connection) ? 1 : 0;
    long lastNanos = connection.seen().lastNanos();
    if (admit(lastNanos)) {
      recent.add(new Candidate(lastNanos, connection, null, SynCache.NONE));
    }
  }

  private void visitParked(int record) {
    SnapshotHead head = parked.head(record);
    count(head.state(), head.handling());
    boolean isEdited = head.handling() == Handling.EDITED;
    boolean isUnprotected =
        isEdited && journal.unprotected().isParkedUnprotected(parked.place(record));
    unprotected += isUnprotected ? 1 : 0;
    if (admit(head.lastNanos())) {
      recent.add(new Candidate(head.lastNanos(), null, parked.key(record), SynCache.NONE));
    }
  }

  private void visitHalfOpen(int record) {
    count(ConnectionState.OPENING, cache.handling(record));
    if (admit(cache.lastNanos(record))) {
      recent.add(new Candidate(cache.lastNanos(record), null, null, record));
    }
  }

  private void count(ConnectionState state, Handling handling) {
    states.merge(state, 1L, Long::sum);
    handlings.merge(handling, 1L, Long::sum);
  }

  /** Makes room among the recent ones; returns whether a connection belongs to them. */
  private boolean admit(long lastNanos) {
    if (recent.size() < maxRecent) {
      return true;
    }
    Candidate oldest = recent.peek();
    boolean isNewer = oldest != null && lastNanos > oldest.lastNanos();
    if (isNewer) {
      recent.poll();
    }
    return isNewer;
  }
}
