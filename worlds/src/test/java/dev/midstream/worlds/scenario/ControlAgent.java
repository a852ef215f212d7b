package dev.midstream.worlds.scenario;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Opening;
import dev.midstream.agent.StateCodec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Says in its first call what it expects and withdraws, and decides as another agent does. */
final class ControlAgent implements Agent<ControlAgent.State> {

  /** What it says about related connections. */
  interface Saying extends Consumer<Decisions> {}

  /** Whether it has said everything, and the state of the other agent. */
  record State(boolean isDone, String own) {}

  private final Agent<String> agent;
  private final List<Saying> sayings;
  private boolean isDone;

  /** Says all of {@code sayings}, in order. */
  ControlAgent(Agent<String> agent, List<Saying> sayings) {
    this.agent = agent;
    this.sayings = List.copyOf(sayings);
  }

  /** Whether it has said everything. */
  boolean isDone() {
    return isDone || sayings.isEmpty();
  }

  /** Whether it has said anything until now: to go back there if that is lost. */
  Runnable memento() {
    boolean isDoneThen = isDone;
    return () -> isDone = isDoneThen;
  }

  @Override
  public State newConnection() {
    return new State(false, agent.newConnection());
  }

  @Override
  public State newConnection(Opening opening) {
    return new State(false, agent.newConnection(opening));
  }

  @Override
  public State onOctets(State state, Direction direction, OctetView view, Decisions out) {
    if (!state.isDone()) {
      sayings.forEach(each -> each.accept(out));
      isDone = true;
    }
    String after = agent.onOctets(state.own(), direction, view, out);
    return state.isDone() && after.equals(state.own()) ? state : new State(true, after);
  }

  @Override
  public boolean wantsFlush(State state, Direction direction) {
    return agent.wantsFlush(state.own(), direction);
  }

  @Override
  public boolean replaysExactly() {
    return agent.replaysExactly();
  }

  @Override
  public StateCodec<State> codec() {
    return new StateCodec<>() {
      @Override
      public int version() {
        return agent.codec().version();
      }

      @Override
      public byte[] encode(State state) {
        byte[] own = agent.codec().encode(state.own());
        byte[] octets = new byte[1 + own.length];
        octets[0] = (byte) (state.isDone() ? 1 : 0);
        System.arraycopy(own, 0, octets, 1, own.length);
        return octets;
      }

      @Override
      public State decode(int version, byte[] octets) {
        byte[] own = Arrays.copyOfRange(octets, 1, octets.length);
        return new State(octets[0] == 1, agent.codec().decode(version, own));
      }
    };
  }
}
