package dev.midstream.agents.http;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The agent, with a look at its last state. For one thread. */
final class SpyAgent implements Agent<HttpState> {
  private final HttpAgent agent;
  private @Nullable HttpState last;
  private boolean isEnforced;
  private boolean passes;

  SpyAgent(String settings) {
    agent = (HttpAgent) HttpPlaybook.agent(settings);
  }

  /** The same where other protocols pass, for scripts in which nothing is denied. */
  SpyAgent passing() {
    passes = true;
    return this;
  }

  /** The state after the last call for a connection that is enforced. */
  HttpState last() {
    return Objects.requireNonNull(last);
  }

  @Override
  public HttpState newConnection() {
    return agent.newConnection();
  }

  @Override
  public HttpState newConnection(Opening opening) {
    isEnforced = opening.isEnforced();
    return agent.newConnection(opening);
  }

  @Override
  public HttpState onOctets(HttpState state, Direction direction, OctetView view, Decisions out) {
    HttpState after = agent.onOctets(state, direction, view, out);
    last = isEnforced ? after : last;
    return after;
  }

  @Override
  public int maxHold() {
    return agent.maxHold();
  }

  @Override
  public boolean denies() {
    return !passes;
  }

  @Override
  public StateCodec<HttpState> codec() {
    return agent.codec();
  }
}
