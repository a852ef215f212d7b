package dev.midstream.worlds.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.agent.ForwardingAgent;

/**
 * An agent that is told of each connection what {@code opening} says, instead of the addresses of
 * the simulated network and the context that the engine knows.
 */
final class OpenedAgent<S> extends ForwardingAgent<S> {
  private final Opening opening;

  OpenedAgent(Agent<S> agent, Opening opening) {
    super(agent);
    this.opening = opening;
  }

  @Override
  public S newConnection(Opening seen) {
    if (seen.isEnforced() != opening.isEnforced() || seen.start() != opening.start()) {
      throw new IllegalStateException("the engine opened another connection: " + seen);
    }
    return super.newConnection(opening);
  }
}
