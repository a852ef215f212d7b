package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionQueue;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.wire.header.FrameView;
import org.jspecify.annotations.Nullable;

/**
 * Connections inline that one host alone could have made up, the oldest first: they are not
 * established, and their segments came from one side of the box only. Where connections find no
 * room these give way, so that nobody gets past the agents by filling the table (RFC 4987).
 */
public final class UnassuredQueue {
  private final StateTracker tracker;
  private final ConnectionQueue queue = new ConnectionQueue(ConnectionQueue.Kind.UNSETTLED);

  public UnassuredQueue(StateTracker tracker) {
    this.tracker = tracker;
  }

  /** Takes a connection that the segment in {@code view} has opened. */
  public void add(Connection connection, FrameView view) {
    if (tracker.isRead()) {
      connection.ends().settle();
    } else {
      connection.ends().firstLeg(view.packet().leg());
      queue.join(connection);
    }
  }

  /** Follows a segment of a connection that is not settled yet. */
  public void follow(Connection connection, FrameView view) {
    if (isOfOtherSide(connection, view) && connection.state() != ConnectionState.OPENING) {
      settle(connection);
    }
  }

  /** A segment of {@code connection} was taken, which may have established it. */
  public void look(Connection connection) {
    boolean opening = connection.state() == ConnectionState.OPENING;
    if (!opening && connection.isWhole() && !connection.ends().isSettled()) {
      settle(connection);
    }
  }

  /** Forgets a connection. */
  public void remove(Connection connection) {
    queue.leave(connection);
  }

  /** The one that gives way first; null if there is none. */
  public @Nullable Connection oldest() {
    return queue.first();
  }

  private void settle(Connection connection) {
    connection.ends().settle();
    queue.leave(connection);
  }

  private boolean isOfOtherSide(Connection connection, FrameView view) {
    return connection.ends().firstLeg() != view.packet().leg()
        && !view.isRst()
        && !tracker.isDamaged(view);
  }
}
