package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Both streams of a connection that its engine left, because it died or handed it over.
 *
 * @param isMoved whether it handed the connection over
 */
record LeftStreams(Stream clientToServer, Stream serverToClient, boolean isMoved) {

  /**
   * Null if there are none, or the engine died after it had reset one end alone, which was promised
   * nothing.
   */
  static @Nullable LeftStreams of(Connection connection, boolean isMoved) {
    return connection.hasStreams() && (isMoved || !isReset(connection))
        ? new LeftStreams(
            connection.stream(Direction.CLIENT_TO_SERVER),
            connection.stream(Direction.SERVER_TO_CLIENT),
            isMoved)
        : null;
  }

  Stream of(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }

  private static boolean isReset(Connection connection) {
    return Direction.BOTH.stream().anyMatch(connection.openPhase()::isReceiverReset);
  }
}
