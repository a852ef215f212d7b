package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.event.Counters;
import org.jspecify.annotations.Nullable;

/**
 * The connection that the engine is working on. Reasons counted in the meantime are also counted
 * for it.
 */
public final class CurrentConnection {
  private final Counters counters;
  private @Nullable Connection connection;

  public CurrentConnection(Counters counters) {
    this.counters = counters;
  }

  /** Sets the connection; null for none. */
  public void set(@Nullable Connection connection) {
    this.connection = connection;
    counters.countAlsoFor(connection == null ? null : connection.reasons());
  }

  public @Nullable Connection connection() {
    return connection;
  }
}
