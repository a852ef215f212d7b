package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import org.jspecify.annotations.Nullable;

/** Makes room in a full table: first one that is over gives way, then an unassured one. */
public final class Eviction {
  private final EvictionQueues queues;
  private final HalfOpenConnections halfOpen;
  private final Counters counters;
  private final EventSink events;

  public Eviction(
      EvictionQueues queues, HalfOpenConnections halfOpen, Counters counters, EventSink events) {
    this.queues = queues;
    this.halfOpen = halfOpen;
    this.counters = counters;
    this.events = events;
  }

  /**
   * Evicts a half-open connection, or chooses another one to forget. Of the oldest ones of both
   * kinds the one goes that was silent longer.
   *
   * @return the connection to forget; null if there is none
   */
  public @Nullable Connection evict(long nowNanos) {
    Connection closed = queues.pollClosed(nowNanos);
    if (closed != null) {
      return closed;
    }
    Connection oldest = queues.oldestUnassured();
    if (oldest != null && oldest.seen().lastNanos() <= halfOpen.oldestNanos()) {
      report(oldest.name());
      return oldest;
    }
    String name = halfOpen.evictOldest();
    if (name != null) {
      report(name);
    }
    return null;
  }

  private void report(String name) {
    counters.count(Reason.CONNECTION_LIMIT);
    events.event(Reason.CONNECTION_LIMIT, name, "gives way to a new connection");
  }
}
