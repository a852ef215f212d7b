package dev.midstream.reassembly.flow;

import org.jspecify.annotations.Nullable;

/** Connections in the order in which they joined. All operations take constant time. */
public final class ConnectionQueue {
  /** Kinds of queues. A connection is in at most one queue of each kind. */
  public enum Kind {
    /** Connections that are not assured. */
    UNASSURED,
    /** Connections that are over. */
    CLOSING
  }

  /** A node of the list. */
  static final class Place {
    private final Connection connection;
    private @Nullable Place previous;
    private @Nullable Place next;

    private Place(Connection connection, @Nullable Place previous) {
      this.connection = connection;
      this.previous = previous;
    }
  }

  private final Kind kind;
  private @Nullable Place first;
  private @Nullable Place last;

  /** An empty queue. */
  public ConnectionQueue(Kind kind) {
    this.kind = kind;
  }

  /** The connection that joined first; null if the queue is empty. */
  public @Nullable Connection first() {
    return first == null ? null : first.connection;
  }

  /** Whether {@code connection} is in the queue. */
  public boolean contains(Connection connection) {
    return connection.place(kind) != null;
  }

  /** Appends a connection, unless it is in the queue. */
  public void join(Connection connection) {
    if (contains(connection)) {
      return;
    }
    Place place = new Place(connection, last);
    if (last == null) {
      first = place;
    } else {
      last.next = place;
    }
    last = place;
    connection.place(kind, place);
  }

  /** Removes a connection, if it is in the queue. */
  public void leave(Connection connection) {
    Place place = connection.place(kind);
    if (place == null) {
      return;
    }
    if (place.previous == null) {
      first = place.next;
    } else {
      place.previous.next = place.next;
    }
    if (place.next == null) {
      last = place.previous;
    } else {
      place.next.previous = place.previous;
    }
    connection.place(kind, null);
  }
}
