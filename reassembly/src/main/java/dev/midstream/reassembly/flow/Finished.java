package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;

/**
 * All that is kept of an edited connection whose ends have finished, and know it of each other.
 *
 * @param clientToServer where the client's stream ended
 * @param serverToClient where the server's stream ended
 * @param edited whether any octet was ever edited
 */
public record Finished(
    FinishedStream clientToServer, FinishedStream serverToClient, boolean edited) {

  /** Where the stream of {@code direction} ended. */
  public FinishedStream stream(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }
}
