package dev.midstream.gateway.record;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.Expectation;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.agent.StateCodec;

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
