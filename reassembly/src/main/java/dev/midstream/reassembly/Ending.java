package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionQueue;
import dev.midstream.reassembly.flow.ConnectionState;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are over and remembered in case something of them is repeated, roughly the
 * oldest first. Where connections find no room these give way first, once the usual time is over.
 */
final class Ending {
  /** So many are looked at before it is said that none gives way. */
  private static final int MOST_LOOKS = 16;

  private final long closingNanos;
  private final ConnectionQueue queue = new ConnectionQueue(ConnectionQueue.Kind.ENDING);

  /** They give way {@code closingNanos} after their last packet. */
  Ending(long closingNanos) {
    this.closingNanos = closingNanos;
  }

  /** Follows a connection whose state may have changed. */
  void follow(Connection connection) {
    if (connection.state() == ConnectionState.CLOSING) {
      queue.join(connection);
    }
  }

  /** Forgets a connection. */
  void remove(Connection connection) {
    queue.leave(connection);
  }

  /** The one that gives way first; null if none does. */
  @Nullable Connection oldest(long nowNanos) {
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
