package dev.midstream.bench.engine;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;

/** Replaces each octet of the client by 200 full segments. The server's octets pass. */
final class GrowingAgent implements Agent<GrowingAgent.State> {
  private static final State STATE = new State();
  private static final Octets GROWN = Octets.of(new byte[200 * 1_448]);

  @Override
  public State newConnection() {
    return STATE;
  }

  @Override
  public State onOctets(State state, Direction direction, OctetView view, Decisions out) {
    if (direction == Direction.SERVER_TO_CLIENT) {
      out.pass(view.length());
      return state;
    }
    for (int i = 0; i < view.length(); i++) {
      out.replace(1, GROWN);
    }
    return state;
  }

  @Override
  public StateCodec<State> codec() {
    return StateCodec.stateless(STATE);
  }

  /** The agent's empty state. */
  record State() {}
}
