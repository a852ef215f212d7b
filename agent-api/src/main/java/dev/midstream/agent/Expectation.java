package dev.midstream.agent;

import java.util.Objects;

/**
 * A related connection between the same two endpoints that will be opened soon, such as the data
 * connection of FTP.
 *
 * @param opener the direction whose sender will open it, in terms of the connection that announces
 *     it
 * @param port the destination port, 1 to 65,535
 * @param agentName the agent that decides it; a rule must name this agent
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
