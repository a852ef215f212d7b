package dev.midstream.engines.log;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A list of connections, whose heap is charged to the limit for connections of the worker.
 *
 * <p>Not thread-safe.
 */
final class ListedConnections {
  private final Set<ConnectionEnds> all = new HashSet<>();
  private final LongConsumer heap;
  private long reserved;

  /**
   * An empty list.
   *
   * @param heap is charged with octets; negative for a refund
   */
  ListedConnections(LongConsumer heap) {
    this.heap = heap;
  }

  /** Charges {@code connections} that will be added before {@link #endReserve}. */
  void reserve(int connections) {
    reserved += connections;
    charge(connections);
  }

  /** No more connections are added of those that were reserved. */
  void endReserve() {
    charge(-reserved);
    reserved = 0;
  }

  void add(ConnectionEnds ends) {
    if (!all.add(ends)) {
      return;
    }
    if (reserved > 0) {
      reserved--;
    } else {
      charge(1);
    }
  }

  void remove(ConnectionEnds ends) {
    if (all.remove(ends)) {
      charge(-1);
    }
  }

  /** Removes what {@code iterator} of this list has returned last. */
  void removeLast(Iterator<ConnectionEnds> iterator) {
    iterator.remove();
    charge(-1);
  }

  void clear() {
    endReserve();
    charge(-all.size());
    all.clear();
  }

  boolean contains(ConnectionEnds ends) {
    return all.contains(ends);
  }

  int size() {
    return all.size();
  }

  /** All connections; see {@link #removeLast}. */
  Iterator<ConnectionEnds> iterator() {
    return all.iterator();
  }

  /** A copy. */
  List<ConnectionEnds> copy() {
    return new ArrayList<>(all);
  }

  private void charge(long connections) {
    if (connections != 0) {
      heap.accept(connections * ConnectionEnds.HEAP_BYTES);
    }
  }
}
