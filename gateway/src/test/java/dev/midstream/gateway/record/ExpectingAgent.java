package dev.midstream.gateway.record;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;

/**
 * Passes everything. After each view it expects that the client connects to a port of the server.
 */
record ExpectingAgent(int port, String ruleName) implements Agent<Endpoint> {
  @Override
  public Endpoint newConnection() {
    throw new UnsupportedOperationException("the engine knows the opening");
  }

  /** The state is where the expected connection goes to. */
  @Override
  public Endpoint newConnection(Opening opening) {
    return new Endpoint(opening.server().address(), port);
  }

  @Override
  public Endpoint onOctets(Endpoint state, Direction direction, OctetView view, Decisions out) {
    if (view.length() > 0) {
      Handler handler = new Handler.Rule(ruleName);
      out.expect(Expectation.of(Direction.CLIENT_TO_SERVER, state, handler));
      out.pass(view.length());
    }
    return state;
  }

  @Override
  public StateCodec<Endpoint> codec() {
    throw new UnsupportedOperationException("no other node");
  }
}
