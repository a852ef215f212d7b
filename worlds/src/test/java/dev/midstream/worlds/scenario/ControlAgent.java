package dev.midstream.worlds.scenario;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.testkit.agent.ForwardingAgent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** Says in its first call what it expects and withdraws, and decides as another agent does. */
final class ControlAgent extends ForwardingAgent<String> {

  /** What it says about related connections. */
  interface Saying extends Consumer<Decisions> {}

  private final Deque<Saying> left;

  /** Says all of {@code sayings}, in order. */
  ControlAgent(Agent<String> agent, List<Saying> sayings) {
    super(agent);
    left = new ArrayDeque<>(sayings);
  }

  /** Whether it has said everything. */
  boolean isDone() {
    return left.isEmpty();
  }

  @Override
  public String onOctets(String state, Direction direction, OctetView view, Decisions out) {
    while (!left.isEmpty()) {
      left.remove().accept(out);
    }
    return super.onOctets(state, direction, view, out);
  }
}
