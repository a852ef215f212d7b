package dev.midstream.reassembly.flow;

import dev.midstream.reassembly.flow.Phase.Open;
import org.jspecify.annotations.Nullable;

/**
 * An open connection as its records that are not committed refer to it. Once it is removed here
 * they refer to nothing, so that they keep none of its memory, however long their log takes.
 */
public final class RecordedObject {
  private @Nullable Connection connection;
  private @Nullable Open phase;

  RecordedObject(Connection connection, Open phase) {
    this.connection = connection;
    this.phase = phase;
  }

  /** The connection; null once it is removed. */
  public @Nullable Connection connection() {
    return connection;
  }

  /** The connection if it is in the same phase still; null otherwise. */
  public @Nullable Connection inSamePhase() {
    return connection != null && isOf(connection.phase()) ? connection : null;
  }

  boolean isOf(Phase other) {
    return phase == other;
  }

  void clear() {
    connection = null;
    phase = null;
  }
}
