package dev.midstream.bench.engine;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.agent.StateCodec;
import dev.midstream.modcmd.command.Octets;

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
