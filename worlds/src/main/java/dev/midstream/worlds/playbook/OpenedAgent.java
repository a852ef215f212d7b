package dev.midstream.worlds.playbook;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;

/**
 * {@code agent}, which is told of each connection what {@code opening} says, instead of the
 * addresses of the simulated network and the context that the engine knows.
 */
record OpenedAgent<S>(Agent<S> agent, Opening opening) implements Agent<S> {
  @Override
  public S newConnection() {
    return agent.newConnection();
  }

  @Override
  public S newConnection(Opening seen) {
    if (seen.isEnforced() != opening.isEnforced() || seen.start() != opening.start()) {
      throw new IllegalStateException("the engine opened another connection: " + seen);
    }
    return agent.newConnection(opening);
  }

  @Override
  public S onOctets(S state, Direction direction, OctetView view, Decisions out) {
    return agent.onOctets(state, direction, view, out);
  }

  @Override
  public int maxHold() {
    return agent.maxHold();
  }

  @Override
  public boolean replaysExactly() {
    return agent.replaysExactly();
  }

  @Override
  public boolean keepsLengths() {
    return agent.keepsLengths();
  }

  @Override
  public boolean denies() {
    return agent.denies();
  }

  @Override
  public boolean wantsFlush(S state, Direction direction) {
    return agent.wantsFlush(state, direction);
  }

  @Override
  public StateCodec<S> codec() {
    return agent.codec();
  }
}
