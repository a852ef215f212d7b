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

  /** Adds {@code connection}, whose mark is {@code mark}, unless it is here. */
  void add(Connection connection, RecordMark mark) {
    if (!mark.isChanged()) {
      mark.setChanged(true);
      connections.add(connection);
    }
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
    for (Connection each : connections) {
      if (contains(each)) {
        remove(each);
        observer.accept(each);
      }
    }
    connections.clear();
  }
}
