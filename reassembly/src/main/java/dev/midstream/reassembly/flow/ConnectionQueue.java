package dev.midstream.reassembly.flow;

import org.jspecify.annotations.Nullable;

/**
 * Connections in the order in which they joined. To join, to leave and to see the first one costs
 * the same for one connection and for a million.
 */
public final class ConnectionQueue {
  /** What connections queue for; each is in one queue of a kind at most. */
  public enum Kind {
    /** To be settled. */
    UNASSURED,
    /** To be forgotten. */
    CLOSING
  }

  /** Where a connection stands. */
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

  /** The one that joined first of those that are left; null if there is none. */
  public @Nullable Connection first() {
    return first == null ? null : first.connection;
  }

  /** Whether {@code connection} is in it. */
  public boolean contains(Connection connection) {
    return connection.place(kind) != null;
  }

  /** Takes a connection in, unless it is there already. */
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

  /** Lets a connection go, if it is there. */
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
