package dev.midstream.reassembly.status;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.lifecycle.HalfOpenConnections;
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
public final class StatusScan {
  /** Upper limit of the connections in the result. */
  public static final int MAX_RECENT = 1_000;

  /** Slots visited in one step: about 0.1 ms, as the connections lie scattered in memory. */
  private static final int STEP_SLOTS = 2_048;

  /** Connections copied in one step. */
  private static final int STEP_COPIES = 32;

  /** A connection, or the record of a half-open one. */
  private record Candidate(long lastNanos, @Nullable Connection connection, int record) {}

  private final FlowTable flows;
  private final SynCache cache;
  private final HalfOpenConnections halfOpen;
  private final Counters counters;
  private final MemoryBudget budget;
  private final int maxRecent;
  private final Map<ConnectionState, Long> states = new EnumMap<>(ConnectionState.class);
  private final Map<Handling, Long> handlings = new EnumMap<>(Handling.class);
  private final PriorityQueue<Candidate> recent =
      new PriorityQueue<>(Comparator.comparingLong(Candidate::lastNanos));
  private final List<ConnectionStatus> copies = new ArrayList<>();
  private int slots;
  private int nextSlot;
  private long nextCachePlace;

  /**
   * Creates a scan.
   *
   * @param maxRecent number of connections in the result, at most {@link #MAX_RECENT}
   */
  public StatusScan(
      FlowTable flows,
      SynCache cache,
      HalfOpenConnections halfOpen,
      Counters counters,
      MemoryBudget budget,
      int maxRecent) {
    this.flows = flows;
    this.cache = cache;
    this.halfOpen = halfOpen;
    this.counters = counters;
    this.budget = budget;
    this.maxRecent = Math.min(maxRecent, MAX_RECENT);
    slots = flows.slots();
  }

  /** Visits or copies some connections; returns false after the last step. */
  public boolean step(long nowNanos) {
    if (nextSlot < slots || nextCachePlace < SynCache.END) {
      visitSlots();
      return true;
    }
    for (int i = 0; i < STEP_COPIES && !recent.isEmpty(); i++) {
      copy(recent.remove(), nowNanos);
    }
    return !recent.isEmpty();
  }

  private void copy(Candidate candidate, long nowNanos) {
    Connection connection = candidate.connection();
    if (connection == null) {
      if (cache.isKnown(candidate.record(), candidate.lastNanos())) {
        Connection restored = halfOpen.restore(candidate.record());
        copies.add(ConnectionStatus.of(restored, nowNanos));
        halfOpen.release(restored);
      }
    } else if (flows.isKnown(connection)) {
      copies.add(ConnectionStatus.of(connection, nowNanos));
    }
  }

  /** The result; valid after the last step. */
  public EngineStatus result() {
    return EngineStatus.of(counters, budget, states, handlings, copies);
  }

  private void visitSlots() {
    if (flows.slots() != slots) {
      restart();
    }
    if (nextSlot < slots) {
      nextSlot = flows.visit(nextSlot, STEP_SLOTS, this::visit);
    } else {
      nextCachePlace = cache.visit(nextCachePlace, this::visitHalfOpen);
    }
  }

  /** Restarts the scan, because the table has grown and moved its entries. */
  private void restart() {
    slots = flows.slots();
    nextSlot = 0;
    nextCachePlace = 0;
    states.clear();
    handlings.clear();
    recent.clear();
  }

  private void visit(Connection connection) {
    count(connection.state(), connection.handling());
    offer(connection.seen().lastNanos(), connection, SynCache.NONE);
  }

  private void visitHalfOpen(int record) {
    count(ConnectionState.OPENING, cache.handling(record));
    offer(cache.lastNanos(record), null, record);
  }

  private void count(ConnectionState state, Handling handling) {
    states.merge(state, 1L, Long::sum);
    handlings.merge(handling, 1L, Long::sum);
  }

  private void offer(long lastNanos, @Nullable Connection connection, int record) {
    if (recent.size() < maxRecent) {
      recent.add(new Candidate(lastNanos, connection, record));
      return;
    }
    Candidate oldest = recent.peek();
    if (oldest != null && lastNanos > oldest.lastNanos()) {
      recent.poll();
      recent.add(new Candidate(lastNanos, connection, record));
    }
  }
}
