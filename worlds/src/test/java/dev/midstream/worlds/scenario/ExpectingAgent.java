package dev.midstream.worlds.scenario;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.modcmd.call.DecisionBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Expects connections, as many as it may in each call, and decides as another agent does. */
final class ExpectingAgent implements Agent<String> {
  private final Deque<Expectation> left;
  private final Consumer<Expectation> expected;
  private Agent<String> agent;

  /** Expects {@code all}, and tells {@code expected} each one. */
  ExpectingAgent(Agent<String> agent, List<Expectation> all, Consumer<Expectation> expected) {
    this.agent = agent;
    left = new ArrayDeque<>(all);
    this.expected = expected;
  }

  /** Decides as {@code other} from now on. */
  void become(Agent<String> other) {
    agent = other;
  }

  /** Whether it has expected all. */
  boolean isDone() {
    return left.isEmpty();
  }

  @Override
  public String newConnection() {
    return agent.newConnection();
  }

  @Override
  public String newConnection(Opening opening) {
    return agent.newConnection(opening);
  }

  @Override
  public String onOctets(String state, Direction direction, OctetView view, Decisions out) {
    for (int i = 0; i < DecisionBatch.MAX_EXPECTATIONS && !left.isEmpty(); i++) {
      out.expect(left.element());
      expected.accept(left.remove());
    }
    return agent.onOctets(state, direction, view, out);
  }

  @Override
  public StateCodec<String> codec() {
    return agent.codec();
  }
}
