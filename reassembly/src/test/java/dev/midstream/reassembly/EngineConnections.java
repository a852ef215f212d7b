package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.Connection;
import java.util.function.Consumer;

/** Lets tests of other packages look at what an engine knows. */
public final class EngineConnections {
  private EngineConnections() {}

  /** Calls {@code visitor} for every connection of {@code engine}. */
  public static void forEach(Engine engine, Consumer<Connection> visitor) {
    engine.flows().forEach(visitor);
  }

  /**
   * Whether {@code connection} is at rest if that is what {@code engine} takes it for; others may
   * have put the engine under pressure since.
   */
  public static boolean isRestRight(Engine engine, Connection connection) {
    return !connection.isAtRest()
        || engine.budget().isUnderPressure()
        || engine.isAtRest(connection);
  }
}
