package dev.midstream.bench.heap;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;

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
