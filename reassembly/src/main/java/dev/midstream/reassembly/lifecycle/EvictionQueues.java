package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionQueue;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
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
  private final long openingNanos;
  private final long closingNanos;
  private final ConnectionQueue unassured = new ConnectionQueue(ConnectionQueue.Kind.ASSURANCE);
  private final ConnectionQueue assured = new ConnectionQueue(ConnectionQueue.Kind.ASSURANCE);
  private final ConnectionQueue closing = new ConnectionQueue(ConnectionQueue.Kind.CLOSING);

  /** Connections that are not assured as far as is known, but may be; in the order of adding. */
  private final Set<Connection> doubtful = new LinkedHashSet<>();

  /**
   * Connections that are over, or that are doubtful, may be evicted so long after their last
   * packet.
   */
  public EvictionQueues(Vantage vantage, Timeouts timeouts) {
    this.vantage = vantage;
    openingNanos = timeouts.openingNanos();
    closingNanos = timeouts.closingNanos();
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

  /**
   * Notes that a connection which is not assured may be so at its ends: it must not give way before
   * it was silent as long as an opening takes, nor be kept as its SYNs. One with shifted numbers
   * never gives way: it is assured, and probed.
   */
  public void doubt(Connection connection) {
    if (connection.phase().hasEdits()) {
      assure(connection);
    } else if (!connection.seen().isAssured()) {
      unassured.leave(connection);
      doubtful.add(connection);
    }
  }

  /** Whether {@code connection} is doubtful. */
  public boolean isDoubtful(Connection connection) {
    return !doubtful.isEmpty() && doubtful.contains(connection);
  }

  private void releaseDoubtful(long nowNanos) {
    Iterator<Connection> all = doubtful.iterator();
    for (int looks = 0; looks < MAX_LOOKS && all.hasNext(); looks++) {
      Connection each = all.next();
      if (each.seen().lastNanos() + openingNanos <= nowNanos) {
        all.remove();
        unassured.join(each);
      }
    }
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
    leaveDoubtful(connection);
  }

  private void leaveDoubtful(Connection connection) {
    if (!doubtful.isEmpty()) {
      doubtful.remove(connection);
    }
  }

  /** Forgets all connections, none of which may be used any more. */
  public void clear() {
    unassured.clear();
    assured.clear();
    closing.clear();
    doubtful.clear();
  }

  /**
   * Finds a connection that is over and was silent for long enough, roughly the oldest. Examined
   * connections move to the end of the queue.
   */
  public @Nullable Connection pollClosed(long nowNanos) {
    releaseDoubtful(nowNanos);
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
    leaveDoubtful(connection);
    unassured.leave(connection);
    assured.join(connection);
  }

  private boolean isFromOtherSide(Connection connection, FrameView view) {
    return connection.seen().firstLeg() != view.packet().leg()
        && !view.isRst()
        && !ChecksumCheck.isDamaged(vantage, view);
  }
}
