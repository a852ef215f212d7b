package dev.midstream.gateway.record;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;

/**
 * Passes everything. After each view it expects that the client connects to a port of the server.
 */
record ExpectingAgent(int port, String agentName) implements Agent<Boolean> {
  @Override
  public Boolean newConnection() {
    return true;
  }

  @Override
  public Boolean onOctets(Boolean state, Direction direction, OctetView view, Decisions out) {
    if (view.length() > 0) {
      out.expect(new Expectation(Direction.CLIENT_TO_SERVER, port, agentName));
      out.pass(view.length());
    }
    return state;
  }

  @Override
  public StateCodec<Boolean> codec() {
    return StateCodec.stateless(true);
  }
}
