package dev.midstream.testkit.playbook;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.util.List;

/**
 * The outcome of a connection: the streams as received, how the agent left the connection ({@code
 * "detach"}, {@code "not mine: …"}, {@code "reset: …"} or empty), and its reports, with {@code
 * "expect: …"} for an expected connection.
 */
public record Outcome(
    Octets clientToServer, Octets serverToClient, String ending, List<String> reports) {
  /** Copies the reports. */
  public Outcome {
    reports = List.copyOf(reports);
  }

  /** The stream of {@code direction}. */
  public Octets stream(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }
}
