package dev.midstream.testkit.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;

/**
 * An agent that hands every call on to another one, and returns what that returns. A subclass
 * overrides what it changes. Such an agent serves as many threads as the other one.
 *
 * @param <S> the state of both agents
 */
public abstract class ForwardingAgent<S> implements Agent<S> {
  private final Agent<S> agent;

  /** Hands calls on to {@code agent}. */
  protected ForwardingAgent(Agent<S> agent) {
    this.agent = agent;
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
  public boolean mayExpect() {
    return agent.mayExpect();
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
