package dev.midstream.agents.http;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.agent.ForwardingAgent;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The agent, with a look at its last state. For one thread. */
final class SpyAgent extends ForwardingAgent<HttpState> {
  private @Nullable HttpState last;
  private boolean isEnforced;
  private boolean passes;

  SpyAgent(String settings) {
    super((HttpAgent) HttpPlaybook.agent(settings));
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
  public HttpState newConnection(Opening opening) {
    isEnforced = opening.isEnforced();
    return super.newConnection(opening);
  }

  @Override
  public HttpState onOctets(HttpState state, Direction direction, OctetView view, Decisions out) {
    HttpState after = super.onOctets(state, direction, view, out);
    last = isEnforced ? after : last;
    return after;
  }

  @Override
  public boolean denies() {
    return !passes;
  }
}
