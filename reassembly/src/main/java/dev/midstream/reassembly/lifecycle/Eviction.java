package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.Segment;
import org.jspecify.annotations.Nullable;

/** Makes room in a full table: first one that is over gives way, then an unassured one. */
public final class Eviction {
  private static final String GIVES_WAY = "gives way to a new connection";

  private final EvictionQueues queues;
  private final HalfOpenConnections halfOpen;
  private final ConnectionOpening opening;
  private final ConnectionHeap heap;
  private final Counters counters;
  private final EventSink events;

  public Eviction(
      EvictionQueues queues,
      HalfOpenConnections halfOpen,
      ConnectionOpening opening,
      ConnectionHeap heap,
      Counters counters,
      EventSink events) {
    this.queues = queues;
    this.halfOpen = halfOpen;
    this.opening = opening;
    this.heap = heap;
    this.counters = counters;
    this.events = events;
  }

  /**
   * Evicts a half-open connection, or chooses another one to forget. Of the oldest ones of both
   * kinds the one goes that was silent longer. A half-open one makes no room in the heap of others.
   *
   * @return the connection to forget; null if there is none
   */
  public @Nullable Connection evict(long nowNanos) {
    if (!opening.hasRoomForHalfOpen()) {
      evictHalfOpen();
      return null;
    }
    Connection closed = queues.pollClosed(nowNanos);
    if (closed != null) {
      return closed;
    }
    Connection oldest = queues.oldestUnassured();
    boolean isHeapFull = !heap.hasRoom();
    if (oldest != null && (isHeapFull || oldest.seen().lastNanos() <= halfOpen.oldestNanos())) {
      report(oldest.name(), GIVES_WAY);
      return oldest;
    }
    if (!isHeapFull) {
      evictHalfOpen();
    }
    return null;
  }

  /** Whether an unassured or half-open connection could be evicted. */
  public boolean hasCandidate() {
    return queues.oldestUnassured() != null || halfOpen.oldestNanos() != Long.MAX_VALUE;
  }

  /** Forgets the half-open connection of a segment. There is no room for it in the heap. */
  public void drop(Segment segment) {
    report(halfOpen.drop(segment), "no room for another connection");
  }

  private void evictHalfOpen() {
    String name = halfOpen.evictOldest();
    if (name != null) {
      report(name, GIVES_WAY);
    }
  }

  private void report(String name, String text) {
    counters.count(Reason.CONNECTION_LIMIT);
    events.event(Reason.CONNECTION_LIMIT, name, text);
  }
}
