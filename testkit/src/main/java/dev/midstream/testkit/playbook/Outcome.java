package dev.midstream.testkit.playbook;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.command.Octets;
import java.util.List;

/**
 * What came of a connection: the two streams as their receivers got them, how the agent left it
 * ({@code "detach"}, {@code "not mine: …"}, {@code "reset: …"} or empty), and its reports, with
 * {@code "expect: …"} for a connection it expects.
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
