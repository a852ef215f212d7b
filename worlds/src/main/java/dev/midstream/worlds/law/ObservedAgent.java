package dev.midstream.worlds.law;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;

/**
 * Another agent, before each call of which an observer looks at the engine: one call of the engine
 * may send a FIN, and then call the agent, which opens a span.
 */
public final class ObservedAgent<S> implements Agent<S> {
  private final Agent<S> agent;
  private final Runnable observer;

  public ObservedAgent(Agent<S> agent, Runnable observer) {
    this.agent = agent;
    this.observer = observer;
  }

  @Override
  public S newConnection() {
    return agent.newConnection();
  }

  @Override
  public S newConnection(Opening opening) {
    return agent.newConnection(opening);
  }

  @Override
  public S onOctets(S state, Direction direction, OctetView view, Decisions out) {
    observer.run();
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
