package dev.midstream.gateway.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import dev.midstream.testkit.notation.Ends;

/**
 * {@code agent}, which is told that the server sees other addresses: those of {@code atServer}. The
 * engine does not know that a box behind it translates them.
 */
record TranslatedAgent<S>(Agent<S> agent, Ends atServer) implements Agent<S> {
  @Override
  public S newConnection() {
    return agent.newConnection();
  }

  @Override
  public S newConnection(Opening seen) {
    Endpoint client = atServer.sender(Direction.CLIENT_TO_SERVER);
    Endpoint server = atServer.sender(Direction.SERVER_TO_CLIENT);
    return agent.newConnection(
        new Opening(
            seen.client(),
            seen.server(),
            client,
            server,
            seen.start(),
            seen.isEnforced(),
            seen.context()));
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
