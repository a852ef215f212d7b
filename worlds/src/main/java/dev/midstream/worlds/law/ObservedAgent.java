package dev.midstream.worlds.law;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.testkit.agent.ForwardingAgent;

/**
 * Another agent, before each call of which an observer looks at the engine: one call of the engine
 * may send a FIN, and then call the agent, which opens a span.
 */
public final class ObservedAgent<S> extends ForwardingAgent<S> {
  private final Runnable observer;

  public ObservedAgent(Agent<S> agent, Runnable observer) {
    super(agent);
    this.observer = observer;
  }

  @Override
  public S onOctets(S state, Direction direction, OctetView view, Decisions out) {
    observer.run();
    return super.onOctets(state, direction, view, out);
  }
}
