package dev.midstream.reassembly.status;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.store.MemoryBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

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

  private record Candidate(long lastNanos, Connection connection) {}

  private final FlowTable flows;
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

  /**
   * Creates a scan.
   *
   * @param maxRecent number of connections in the result, at most {@link #MAX_RECENT}
   */
  public StatusScan(FlowTable flows, Counters counters, MemoryBudget budget, int maxRecent) {
    this.flows = flows;
    this.counters = counters;
    this.budget = budget;
    this.maxRecent = Math.min(maxRecent, MAX_RECENT);
    slots = flows.slots();
  }

  /** Visits or copies some connections; returns false after the last step. */
  public boolean step(long nowNanos) {
    if (nextSlot < slots) {
      visitSlots();
      return true;
    }
    for (int i = 0; i < STEP_COPIES && !recent.isEmpty(); i++) {
      Connection connection = recent.remove().connection();
      if (flows.isKnown(connection)) {
        copies.add(ConnectionStatus.of(connection, nowNanos));
      }
    }
    return !recent.isEmpty();
  }

  /** The result; valid after the last step. */
  public EngineStatus result() {
    return EngineStatus.of(counters, budget, states, handlings, copies);
  }

  private void visitSlots() {
    if (flows.slots() != slots) {
      restart();
    }
    nextSlot = flows.visit(nextSlot, STEP_SLOTS, this::visit);
  }

  /** Restarts the scan, because the table has grown and moved its entries. */
  private void restart() {
    slots = flows.slots();
    nextSlot = 0;
    states.clear();
    handlings.clear();
    recent.clear();
  }

  private void visit(Connection connection) {
    states.merge(connection.state(), 1L, Long::sum);
    handlings.merge(connection.handling(), 1L, Long::sum);
    if (recent.size() < maxRecent) {
      recent.add(new Candidate(connection.seen().lastNanos(), connection));
      return;
    }
    Candidate oldest = recent.peek();
    if (oldest != null && connection.seen().lastNanos() > oldest.lastNanos()) {
      recent.poll();
      recent.add(new Candidate(connection.seen().lastNanos(), connection));
    }
  }
}
