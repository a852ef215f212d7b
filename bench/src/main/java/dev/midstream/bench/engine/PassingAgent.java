package dev.midstream.bench.engine;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.agent.StateCodec;

/** An agent that is shown everything and lets everything pass. */
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
    return new EmptyCodec();
  }

  /** What the agent knows: nothing. */
  record State() {}

  private static final class EmptyCodec implements StateCodec<State> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(State state) {
      return new byte[0];
    }

    @Override
    public State decode(int version, byte[] octets) {
      return STATE;
    }
  }
}
