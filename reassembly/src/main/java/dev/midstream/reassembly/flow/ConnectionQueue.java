package dev.midstream.reassembly.flow;

import org.jspecify.annotations.Nullable;

/** Connections in the order in which they joined. All operations take constant time. */
public final class ConnectionQueue {
  /** Kinds of queues. A connection is in at most one queue of each kind, where it has a place. */
  public enum Kind {
    /** Connections that are assured, and those that are not. */
    ASSURANCE,
    /** Connections that are over. */
    CLOSING,
    /** Connections that keep octets while memory is under pressure. */
    KEEPING
  }

  /** A node of the circular list. The node without a connection is before the first one. */
  static final class Place {
    private final @Nullable Connection connection;
    private Place previous = this;
    private Place next = this;

    private Place(@Nullable Connection connection) {
      this.connection = connection;
    }
  }

  private final Kind kind;
  private final Place ends = new Place(null);

  public ConnectionQueue(Kind kind) {
    this.kind = kind;
  }

  /** The connection that joined first; null if the queue is empty. */
  public @Nullable Connection first() {
    return ends.next.connection;
  }

  /** The connection that joined after {@code connection}; null if it is the last one. */
  public @Nullable Connection after(Connection connection) {
    Place place = connection.place(kind);
    return place == null ? null : place.next.connection;
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
    Place place = new Place(connection);
    place.previous = ends.previous;
    place.next = ends;
    ends.previous.next = place;
    ends.previous = place;
    connection.setPlace(kind, place);
  }

  /** Forgets all connections, none of which may be used any more. */
  public void clear() {
    ends.previous = ends;
    ends.next = ends;
  }

  public void leave(Connection connection) {
    Place place = connection.place(kind);
    if (place != null) {
      place.previous.next = place.next;
      place.next.previous = place.previous;
      connection.setPlace(kind, null);
    }
  }
}
