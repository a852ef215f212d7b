package dev.midstream.bench.heap;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.agent.StateCodec;
import dev.midstream.modcmd.command.Octets;

/** Deletes the client's octets, and answers each two of them. The server's octets pass. */
final class DenyingAgent implements Agent<DenyingAgent.State> {
  private static final State STATE = new State();
  private static final Octets ANSWER = Octets.ofText("no\n");

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
    for (int i = 0; i + 1 < view.length(); i += 2) {
      out.replace(2, Octets.empty());
      out.reply(Direction.SERVER_TO_CLIENT, ANSWER);
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
