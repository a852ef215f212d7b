package dev.midstream.testkit.agent;

import dev.midstream.agent.Decisions;
import java.util.function.Consumer;

/** Agents that hold the client's octets; the server's octets pass. */
public final class HoldingAgents {
  private HoldingAgents() {}

  /** An agent that never decides an octet of the client. */
  public static LambdaAgent everything() {
    return LambdaAgent.onClient((view, out) -> {});
  }

  /** An agent that passes a view of at least {@code octets}, or at the end of the stream. */
  public static LambdaAgent needing(int octets) {
    return LambdaAgent.onClient((view, out) -> {
      if (view.length() >= octets || view.endOfStream()) {
        SimpleAgents.pass(view, out);
      } else {
        out.need(octets);
      }
    });
  }

  /** An agent that throws when a view contains {@code letter}. */
  public static LambdaAgent failingAt(char letter) {
    return until(
        letter,
        out -> {
          throw new IllegalStateException("cannot");
        });
  }

  /** An agent that detaches when a view contains {@code letter}. */
  public static LambdaAgent detachingAt(char letter) {
    return until(letter, Decisions::detach);
  }

  private static LambdaAgent until(char letter, Consumer<Decisions> then) {
    return LambdaAgent.onClient((view, out) -> {
      if (SimpleAgents.text(view).indexOf(letter) >= 0) {
        then.accept(out);
      }
    });
  }
}
