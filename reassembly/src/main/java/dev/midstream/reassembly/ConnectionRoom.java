package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionHeap;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.CurrentConnection;
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
  private final CurrentConnection current;
  private final ConnectionRouter router;
  private final ConnectionHeap heap;
  private final ConnectionOpening opening;
  private final ConnectionParking parking;
  private final Eviction eviction;

  ConnectionRoom(
      Stages stages,
      CurrentConnection current,
      ConnectionRouter router,
      ConnectionRegistry registry,
      ConnectionOpening opening,
      ConnectionParking parking) {
    this.registry = registry;
    this.current = current;
    this.router = router;
    heap = registry.heap;
    heap.setNeighbour(new Giving());
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
    return !heap.hasRoomToWait()
        || (!opening.hasRoom() && !eviction.hasCandidate() && !heap.hasCandidateElsewhere());
  }

  /** Makes room for a new connection, if others may give way. None does for what waits. */
  void makeForNew(long nowNanos) {
    if (heap.hasRoomToWait()) {
      make(opening::hasRoom, nowNanos);
    }
  }

  /** Makes room for the connection of a segment, if it is parked and others may give way. */
  void makeForParked(Segment segment, long nowNanos) {
    if (isLeftParked(segment)) {
      make(heap::hasRoomToRestore, nowNanos);
    }
  }

  /**
   * Whether the connection of a segment is parked, and has no room; or it is half-open, and has
   * none for the record that the segment causes.
   */
  boolean isLeft(Segment segment) {
    return isLeftParked(segment) || isLeftHalfOpen(segment);
  }

  private boolean isLeftParked(Segment segment) {
    return !heap.hasRoomToRestore() && parking.isParked(segment.key());
  }

  /** Whether there is no room for the record that a segment causes of a half-open connection. */
  boolean isLeftHalfOpen(Segment segment) {
    return !heap.hasRoomToWait() && registry.halfOpen.isAnsweredBy(segment);
  }

  /** Makes room for the half-open connection of a segment; without room for it, it is forgotten. */
  void makeForHalfOpen(Segment segment, long nowNanos) {
    if (heap.hasRoom() || !registry.halfOpen.isKnown(segment)) {
      return;
    }
    makeForNew(nowNanos);
    if (!heap.hasRoom()) {
      eviction.drop(segment);
    }
  }

  private void make(BooleanSupplier hasRoom, long nowNanos) {
    for (int i = 0; i < MAX_EVICTIONS && !hasRoom.getAsBoolean(); i++) {
      if (!give(nowNanos)) {
        boolean ignored = heap.makeRoomElsewhere(nowNanos);
      }
    }
  }

  /** Parks or evicts connections of this engine; returns whether there was one. */
  private boolean give(long nowNanos) {
    return (opening.hasRoomForHalfOpen() && parking.makeRoom(nowNanos)) || evict(nowNanos);
  }

  private boolean evict(long nowNanos) {
    int before = heap.connections();
    Connection evicted = eviction.evict(nowNanos);
    if (evicted != null) {
      registry.forget(evicted);
    }
    return heap.connections() < before;
  }

  /** Makes room for an engine that shares the limits and has nothing to give. */
  private final class Giving implements ConnectionHeap.Neighbour {
    @Override
    public boolean hasCandidate() {
      return eviction.hasCandidate();
    }

    @Override
    public boolean giveRoom(long nowNanos) {
      current.set(null);
      boolean given = give(nowNanos);
      if (given) {
        router.noteChanged();
      }
      return given;
    }
  }
}
