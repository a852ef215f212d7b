package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are over and remembered in case something of them is repeated, roughly the
 * oldest first. Where connections find no room these give way first, once the usual time is over.
 */
final class Ending {
  /** So many are looked at before it is said that none gives way. */
  private static final int MOST_LOOKS = 16;

  private final long closingNanos;
  private final SequencedSet<Connection> connections = new LinkedHashSet<>();

  /** They give way {@code closingNanos} after their last packet. */
  Ending(long closingNanos) {
    this.closingNanos = closingNanos;
  }

  /** Follows a connection whose state may have changed. */
  void follow(Connection connection) {
    if (connection.state() == ConnectionState.CLOSING) {
      boolean ignored = connections.add(connection);
    }
  }

  /** Forgets a connection. */
  void remove(Connection connection) {
    boolean ignored = connections.remove(connection);
  }

  /** The one that gives way first; null if none does. */
  @Nullable Connection oldest(long nowNanos) {
    for (int looks = 0; looks < MOST_LOOKS && !connections.isEmpty(); looks++) {
      Connection first = connections.removeFirst();
      if (first.state() == ConnectionState.CLOSING) {
        connections.addLast(first);
        if (first.lastNanos() + closingNanos <= nowNanos) {
          return first;
        }
      }
    }
    return null;
  }
}
