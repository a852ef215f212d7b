package dev.midstream.reassembly.flow;

/** The connections that are forwarded without this engine. */
@FunctionalInterface
public interface FastConnections {
  /**
   * Takes {@code connection} back, if it is one of them: from now on the engine knows what passed,
   * and processes its segments.
   */
  void recall(Connection connection, long nowNanos);
}
