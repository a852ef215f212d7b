package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.Connection;
import org.jspecify.annotations.Nullable;

/** The connection that the engine works on: what is counted meanwhile is counted for it too. */
final class AtWork {
  private final Counters counters;
  private @Nullable Connection connection;

  AtWork(Counters counters) {
    this.counters = counters;
  }

  /** From now on it is {@code connection}; null for none. */
  void on(@Nullable Connection connection) {
    this.connection = connection;
    counters.about(connection == null ? null : connection.reasons());
  }

  /** Which one it is; null for none. */
  @Nullable Connection connection() {
    return connection;
  }
}
