package dev.midstream.testkit.playbook;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.util.List;

/**
 * The outcome of a connection: the streams as received, how it ended ({@code "detach"}, {@code "not
 * mine: …"} also for a reset because of it, {@code "reset: …"}, {@code "hold limit"} or empty), and
 * the reports of the agent, with {@code "expect: …"} for an expected connection and the code of a
 * counted reason before its text.
 */
public record Outcome(
    Octets clientToServer, Octets serverToClient, String ending, List<String> reports) {
  /** The ending of a connection whose agent left more undecided than it may. */
  public static final String HOLD_LIMIT = "hold limit";

  /** Copies the reports. */
  public Outcome {
    reports = List.copyOf(reports);
  }

  /** The stream of {@code direction}. */
  public Octets stream(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
  }

  /**
   * Checks that {@code actual} is the same.
   *
   * @throws AssertionError with the first difference as text
   */
  public void requireSame(Outcome actual) {
    String difference = Difference.of(this, actual);
    if (difference != null) {
      throw new AssertionError(difference);
    }
  }

  /** The same with its reports in alphabetical order. */
  public Outcome sorted() {
    return new Outcome(clientToServer, serverToClient, ending, reports.stream().sorted().toList());
  }

  /** The streams as text. */
  @Override
  public String toString() {
    return "server got "
        + Difference.quoted(clientToServer)
        + ", client got "
        + Difference.quoted(serverToClient)
        + (ending.isEmpty() ? "" : ", " + ending)
        + (reports.isEmpty() ? "" : ", reports " + reports);
  }
}
