package dev.midstream.modcmd.agent;

import java.util.Objects;

/**
 * A related connection between the same two ends that will be opened soon, such as the data
 * connection of FTP.
 *
 * @param opener the direction whose sender will open it: the client or the server of the connection
 *     that tells of it
 * @param port the port of the other end it will be opened to, 1 to 65,535
 * @param agentName the agent that decides it; one that a rule names
 */
public record Expectation(Direction opener, int port, String agentName) {
  /** Checks the port. */
  public Expectation {
    Objects.requireNonNull(opener, "opener");
    Objects.requireNonNull(agentName, "agentName");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port out of range: port=" + port);
    }
  }
}
