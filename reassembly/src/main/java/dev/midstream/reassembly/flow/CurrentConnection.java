package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.event.Counters;
import org.jspecify.annotations.Nullable;

/** The connection that the engine works on: what is counted meanwhile is counted for it too. */
public final class CurrentConnection {
  private final Counters counters;
  private @Nullable Connection connection;

  public CurrentConnection(Counters counters) {
    this.counters = counters;
  }

  /** From now on it is {@code connection}; null for none. */
  public void on(@Nullable Connection connection) {
    this.connection = connection;
    counters.countAlsoFor(connection == null ? null : connection.reasons());
  }

  /** Which one it is; null for none. */
  public @Nullable Connection connection() {
    return connection;
  }
}
