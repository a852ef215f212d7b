package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.stream.TimeWaitStream;

/**
 * All that is kept of an edited connection whose ends have finished, and know it of each other.
 *
 * @param clientToServer where the client's stream ended
 * @param serverToClient where the server's stream ended
 * @param edited whether any octet was ever edited
 */
public record TimeWait(
    TimeWaitStream clientToServer, TimeWaitStream serverToClient, boolean edited) {

  /** Where the stream of {@code direction} ended. */
  public TimeWaitStream stream(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }
}
