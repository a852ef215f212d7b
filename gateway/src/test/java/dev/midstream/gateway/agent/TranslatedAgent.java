package dev.midstream.gateway.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.agent.ForwardingAgent;
import dev.midstream.testkit.notation.Ends;

/**
 * An agent that is told that the server sees other addresses: those of {@code atServer}. The engine
 * does not know that a box behind it translates them.
 */
final class TranslatedAgent<S> extends ForwardingAgent<S> {
  private final Ends atServer;

  TranslatedAgent(Agent<S> agent, Ends atServer) {
    super(agent);
    this.atServer = atServer;
  }

  @Override
  public S newConnection(Opening seen) {
    Endpoint client = atServer.sender(Direction.CLIENT_TO_SERVER);
    Endpoint server = atServer.sender(Direction.SERVER_TO_CLIENT);
    return super.newConnection(
        new Opening(
            seen.client(),
            seen.server(),
            client,
            server,
            seen.start(),
            seen.isEnforced(),
            seen.context()));
  }
}
