package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionQueue;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the connection to evict when the table is full: first one that is over, then one that is
 * unassured. An unassured connection may be invented by a single host: it is not established, or
 * its segments came from one side of the box only. So filling the table bypasses no agent (RFC
 * 4987).
 */
public final class EvictionQueues {
  /** Entries examined for one eviction. */
  private static final int MAX_LOOKS = 16;

  private final Vantage vantage;
  private final long closingNanos;
  private final ConnectionQueue unassured = new ConnectionQueue(ConnectionQueue.Kind.ASSURANCE);
  private final ConnectionQueue assured = new ConnectionQueue(ConnectionQueue.Kind.ASSURANCE);
  private final ConnectionQueue closing = new ConnectionQueue(ConnectionQueue.Kind.CLOSING);

  /** Connections that are over may be evicted {@code closingNanos} after their last packet. */
  public EvictionQueues(Vantage vantage, long closingNanos) {
    this.vantage = vantage;
    this.closingNanos = closingNanos;
  }

  /** Adds a connection that the segment in {@code view} opened. */
  public void add(Connection connection, FrameView view) {
    if (vantage == Vantage.RECORDING) {
      assure(connection);
    } else {
      connection.seen().setFirstLeg(view.packet().leg());
      unassured.join(connection);
    }
  }

  /** Adds a connection that began elsewhere. */
  public void addMoved(Connection connection) {
    (connection.seen().isAssured() ? assured : unassured).join(connection);
    update(connection);
  }

  /** Updates the queues after a segment of a connection. */
  public void onSegment(Connection connection, FrameView view) {
    if (connection.seen().isAssured() || !isFromOtherSide(connection, view)) {
      return;
    }
    connection.seen().markOtherLeg();
    if (connection.state() != ConnectionState.OPENING) {
      assure(connection);
    }
  }

  /** Updates the queues after a change of state. */
  public void update(Connection connection) {
    if (!connection.seen().isAssured() && isOpenFromBothSides(connection)) {
      assure(connection);
    }
    if (connection.state() == ConnectionState.CLOSING) {
      closing.join(connection);
    }
  }

  public void remove(Connection connection) {
    unassured.leave(connection); // or the other queue of this kind
    closing.leave(connection);
  }

  /** Forgets all connections, none of which may be used any more. */
  public void clear() {
    unassured.clear();
    assured.clear();
    closing.clear();
  }

  /**
   * Finds a connection that is over and was silent for long enough, roughly the oldest. Examined
   * connections move to the end of the queue.
   */
  public @Nullable Connection pollClosed(long nowNanos) {
    Connection first = closing.first();
    for (int looks = 0; looks < MAX_LOOKS && first != null; looks++) {
      closing.leave(first);
      if (first.state() == ConnectionState.CLOSING) {
        closing.join(first);
        if (first.seen().lastNanos() + closingNanos <= nowNanos) {
          return first;
        }
      }
      first = closing.first();
    }
    return null;
  }

  /** The oldest unassured connection; null if there is none. */
  public @Nullable Connection oldestUnassured() {
    return unassured.first();
  }

  /** The next assured connection, each in turn; null if there is none. */
  public @Nullable Connection takeAssured() {
    Connection first = assured.first();
    if (first != null) {
      assured.leave(first);
      assured.join(first);
    }
    return first;
  }

  private static boolean isOpenFromBothSides(Connection connection) {
    return connection.state() != ConnectionState.OPENING
        && connection.handshakes().isWhole()
        && connection.seen().isOtherLegSeen();
  }

  private void assure(Connection connection) {
    connection.seen().assure();
    unassured.leave(connection);
    assured.join(connection);
  }

  private boolean isFromOtherSide(Connection connection, FrameView view) {
    return connection.seen().firstLeg() != view.packet().leg()
        && !view.isRst()
        && !ChecksumCheck.isDamaged(vantage, view);
  }
}
