package dev.midstream.gateway.config;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;

/**
 * Stands for an agent that cannot be used. It fails whatever it is asked, so that the engine treats
 * the connections as those of any other agent that fails.
 *
 * @param error why the agent cannot be used
 */
record MissingAgent(String error) implements Agent<Boolean> {
  @Override
  public Boolean newConnection() {
    throw failure();
  }

  @Override
  public Boolean onOctets(Boolean state, Direction direction, OctetView view, Decisions out) {
    throw failure();
  }

  /** Not known; such an agent counts as one that denies. */
  @Override
  public boolean denies() {
    throw failure();
  }

  @Override
  public int maxHold() {
    throw failure();
  }

  @Override
  public StateCodec<Boolean> codec() {
    throw failure();
  }

  private IllegalStateException failure() {
    return new IllegalStateException("the agent is missing, error=" + error);
  }
}
