package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionQueue;
import dev.midstream.reassembly.flow.ConnectionState;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are over and remembered in case something of them is repeated, roughly the
 * oldest first. Where connections find no room these give way first, once the usual time is over.
 */
public final class ClosingQueue {
  /** So many are looked at before it is said that none gives way. */
  private static final int MOST_LOOKS = 16;

  private final long closingNanos;
  private final ConnectionQueue queue = new ConnectionQueue(ConnectionQueue.Kind.ENDING);

  /** They give way {@code closingNanos} after their last packet. */
  public ClosingQueue(long closingNanos) {
    this.closingNanos = closingNanos;
  }

  /** Follows a connection whose state may have changed. */
  public void follow(Connection connection) {
    if (connection.state() == ConnectionState.CLOSING) {
      queue.join(connection);
    }
  }

  /** Forgets a connection. */
  public void remove(Connection connection) {
    queue.leave(connection);
  }

  /** The one that gives way first; null if none does. */
  public @Nullable Connection oldest(long nowNanos) {
    Connection first = queue.first();
    for (int looks = 0; looks < MOST_LOOKS && first != null; looks++) {
      queue.leave(first);
      if (first.state() == ConnectionState.CLOSING) {
        queue.join(first);
        if (first.lastNanos() + closingNanos <= nowNanos) {
          return first;
        }
      }
      first = queue.first();
    }
    return null;
  }
}
