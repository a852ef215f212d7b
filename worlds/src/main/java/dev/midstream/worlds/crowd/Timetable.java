package dev.midstream.worlds.crowd;

import dev.midstream.testkit.sim.SimulatedNetwork;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Actions at times of their own, among the events of a network. */
final class Timetable {
  private final SimulatedNetwork network;
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::nanos).thenComparingInt(Entry::number));
  private int count;

  private record Entry(long nanos, int number, Runnable action) {}

  Timetable(SimulatedNetwork network) {
    this.network = network;
  }

  /** Does {@code action} at {@code nanos}. */
  void at(long nanos, Runnable action) {
    entries.add(new Entry(nanos, count++, action));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The time of the next action or event; {@link Long#MAX_VALUE} without one. */
  long nextNanos() {
    Entry next = entries.peek();
    long own = next == null ? Long.MAX_VALUE : next.nanos();
    return Math.min(own, network.nextNanos());
  }

  /** Runs the next event, or the next action if no event comes before it; false without either. */
  boolean step() {
    Entry next = entries.peek();
    if (next == null || network.nextNanos() < next.nanos()) {
      return network.step();
    }
    entries.remove();
    network.runUntil(next.nanos());
    next.action().run();
    return true;
  }
}
