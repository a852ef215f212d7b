package dev.midstream.reassembly.commit;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.RecordMark;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Connections that have changed since their last record, which is to be written at the end of the
 * interval, in the order of their changes. Each has a {@link RecordMark}. Nothing is allocated for
 * one more change. Not thread-safe.
 */
final class ChangedConnections {
  /** Also those of which nothing waits any more: their mark says so. */
  private final List<Connection> connections = new ArrayList<>();

  private long dueNanos = Long.MAX_VALUE;

  /**
   * Adds {@code connection}, whose mark is {@code mark}, unless it is here; its record is due at
   * {@code nanos}, or before.
   */
  void add(Connection connection, RecordMark mark, long nanos) {
    dueNanos = Math.min(dueNanos, nanos);
    if (!mark.isChanged()) {
      mark.setChanged(true);
      connections.add(connection);
    }
  }

  /** When the records are due; {@link Long#MAX_VALUE} if none is. */
  long dueNanos() {
    return dueNanos;
  }

  /** Makes the records due at {@code nanos}, not before. */
  void postpone(long nanos) {
    connections.removeIf(each -> !contains(each));
    dueNanos = connections.isEmpty() ? Long.MAX_VALUE : nanos;
  }

  boolean contains(Connection connection) {
    RecordMark mark = connection.record();
    return mark != null && mark.isChanged();
  }

  void remove(Connection connection) {
    RecordMark mark = connection.record();
    if (mark != null) {
      mark.setChanged(false);
    }
  }

  /** Removes all connections, and shows each to {@code observer}, which adds none. */
  void takeAll(Consumer<Connection> observer) {
    dueNanos = Long.MAX_VALUE;
    for (Connection each : connections) {
      if (contains(each)) {
        remove(each);
        observer.accept(each);
      }
    }
    connections.clear();
  }
}
