package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.Eviction;
import dev.midstream.reassembly.path.Stages;
import java.util.function.BooleanSupplier;

/**
 * Room in the tables and in the heap for one more connection: others are parked or evicted for it
 * (C-66).
 */
final class ConnectionRoom {
  /** Connections that give way to one: an inspected one takes the place of so many others. */
  private static final int MAX_EVICTIONS =
      ConnectionHeap.INSPECTED_BYTES / ConnectionHeap.OTHER_BYTES;

  private final ConnectionRegistry registry;
  private final ConnectionHeap heap;
  private final ConnectionOpening opening;
  private final ConnectionParking parking;
  private final Eviction eviction;

  ConnectionRoom(
      Stages stages,
      ConnectionRegistry registry,
      ConnectionOpening opening,
      ConnectionParking parking) {
    this.registry = registry;
    heap = registry.heap;
    this.opening = opening;
    this.parking = parking;
    eviction =
        new Eviction(
            registry.evictions,
            registry.halfOpen,
            opening,
            heap,
            stages.counters(),
            stages.events());
  }

  /** Whether no connection can be opened, not even in place of another one. */
  boolean isFull() {
    return !opening.hasRoom() && !eviction.hasCandidate();
  }

  /** Makes room for a new connection, if others may give way. */
  void makeForNew(long nowNanos) {
    make(opening::hasRoom, nowNanos);
  }

  /** Makes room for a parked connection, if others may give way. */
  void makeForParked(long nowNanos) {
    make(heap::hasRoomToRestore, nowNanos);
  }

  /** Makes room for the half-open connection of a segment; without room for it, it is forgotten. */
  void makeForHalfOpen(Segment segment, long nowNanos) {
    makeForNew(nowNanos);
    if (!heap.hasRoom()) {
      eviction.drop(segment);
    }
  }

  private void make(BooleanSupplier hasRoom, long nowNanos) {
    for (int i = 0; i < MAX_EVICTIONS && !hasRoom.getAsBoolean(); i++) {
      if (!opening.hasRoomForHalfOpen() || !parking.makeRoom(nowNanos)) {
        evict(nowNanos);
      }
    }
  }

  private void evict(long nowNanos) {
    Connection evicted = eviction.evict(nowNanos);
    if (evicted != null) {
      registry.forget(evicted);
    }
  }
}
