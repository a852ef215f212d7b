package dev.midstream.agents.http;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;

/** Decides one connection of HTTP/1, message by message. */
final class HttpAgent implements Agent<HttpState> {
  private final HttpPolicy policy;
  private final ClientSide client;
  private final ServerSide server;

  HttpAgent(HttpPolicy policy) {
    this.policy = policy;
    client = new ClientSide(policy);
    server = new ServerSide(policy);
  }

  @Override
  public HttpState newConnection() {
    return HttpState.of(policy.limits(), true);
  }

  @Override
  public HttpState newConnection(Opening opening) {
    return HttpState.of(policy.limits(), opening.isEnforced());
  }

  @Override
  public HttpState onOctets(HttpState state, Direction direction, OctetView view, Decisions out) {
    return direction == Direction.CLIENT_TO_SERVER
        ? client.decide(state, view, out)
        : server.decide(state, view, out);
  }

  @Override
  public int maxHold() {
    return policy.maxHold();
  }

  @Override
  public boolean denies() {
    return true;
  }

  @Override
  public boolean mayExpect() {
    return false;
  }

  @Override
  public StateCodec<HttpState> codec() {
    return new HttpCodec(policy.limits());
  }
}
