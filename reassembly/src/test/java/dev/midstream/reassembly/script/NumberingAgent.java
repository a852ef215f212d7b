package dev.midstream.reassembly.script;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;

/** Replaces what it is shown by the number of the call, which only its state tells. */
public final class NumberingAgent implements Agent<Integer> {
  private final int least;

  /** Leaves fewer than {@code least} octets undecided, in calls that count. */
  public NumberingAgent(int least) {
    this.least = least;
  }

  @Override
  public Integer newConnection() {
    return 0;
  }

  @Override
  public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
    if (view.length() == 0) {
      return state;
    }
    if (view.length() >= least) {
      out.replace(view.length(), Octets.ofText(String.valueOf(state)));
    }
    return state + 1;
  }

  @Override
  public StateCodec<Integer> codec() {
    return new StateCodec<>() {
      @Override
      public int version() {
        return 1;
      }

      @Override
      public byte[] encode(Integer state) {
        return new byte[] {state.byteValue()};
      }

      @Override
      public Integer decode(int version, byte[] octets) {
        return (int) octets[0];
      }
    };
  }
}
