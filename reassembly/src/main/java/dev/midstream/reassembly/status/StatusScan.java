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
 * A look at all connections of an engine in short steps, so that packets pass in between. It
 * belongs to the engine's thread; its {@link #result} to anybody. A connection that comes, goes or
 * changes its place meanwhile may be missed or counted twice.
 */
public final class StatusScan {
  /** The most connections that a survey shows. */
  public static final int MOST_SHOWN = 1_000;

  /** Places of the table that one step looks at; about 0.1 ms, as they are all over the memory. */
  private static final int STEP_SLOTS = 2_048;

  /** Connections that one step copies. */
  private static final int STEP_SHOWN = 32;

  private record Candidate(long lastNanos, Connection connection) {}

  private final FlowTable flows;
  private final Counters counters;
  private final MemoryBudget budget;
  private final int most;
  private final Map<ConnectionState, Long> states = new EnumMap<>(ConnectionState.class);
  private final Map<Handling, Long> handlings = new EnumMap<>(Handling.class);
  private final PriorityQueue<Candidate> recent =
      new PriorityQueue<>(Comparator.comparingLong(Candidate::lastNanos));
  private final List<ConnectionStatus> shown = new ArrayList<>();
  private int slots;
  private int nextSlot;

  /**
   * A survey that has not begun.
   *
   * @param most how many connections it shows, at most {@link #MOST_SHOWN}
   */
  public StatusScan(FlowTable flows, Counters counters, MemoryBudget budget, int most) {
    this.flows = flows;
    this.counters = counters;
    this.budget = budget;
    this.most = Math.min(most, MOST_SHOWN);
    slots = flows.slots();
  }

  /** Looks at some more connections, or copies some; false when that was the last step. */
  public boolean step(long nowNanos) {
    if (nextSlot < slots) {
      look();
      return true;
    }
    for (int i = 0; i < STEP_SHOWN && !recent.isEmpty(); i++) {
      show(recent.remove().connection(), nowNanos);
    }
    return !recent.isEmpty();
  }

  /** What was seen, after the last step. */
  public EngineStatus result() {
    return EngineStatus.of(counters, budget, states, handlings, shown);
  }

  private void look() {
    if (flows.slots() != slots) {
      startOver();
    }
    nextSlot = flows.visit(nextSlot, STEP_SLOTS, this::see);
  }

  private void show(Connection connection, long nowNanos) {
    if (flows.isKnown(connection)) {
      shown.add(ConnectionStatus.of(connection, nowNanos));
    }
  }

  /** The table has grown, and everything in it has another place. */
  private void startOver() {
    slots = flows.slots();
    nextSlot = 0;
    states.clear();
    handlings.clear();
    recent.clear();
  }

  private void see(Connection connection) {
    states.merge(connection.state(), 1L, Long::sum);
    handlings.merge(connection.handling(), 1L, Long::sum);
    if (recent.size() < most) {
      recent.add(new Candidate(connection.lastNanos(), connection));
      return;
    }
    Candidate oldest = recent.peek();
    if (oldest != null && connection.lastNanos() > oldest.lastNanos()) {
      recent.poll();
      recent.add(new Candidate(connection.lastNanos(), connection));
    }
  }
}
