package dev.midstream.bench.engine;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.agent.StateCodec;

/** An agent that sees every octet and passes it. */
final class PassingAgent implements Agent<PassingAgent.State> {
  private static final State STATE = new State();

  @Override
  public State newConnection() {
    return STATE;
  }

  @Override
  public State onOctets(State state, Direction direction, OctetView view, Decisions out) {
    if (view.length() > 0) {
      out.pass(view.length());
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
