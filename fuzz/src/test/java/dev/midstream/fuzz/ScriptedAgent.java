package dev.midstream.fuzz;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;

/**
 * An agent controlled by the octets: the first undecided octet selects the answer for itself and
 * the octets after it. Invalid answers and throws are among them.
 */
final class ScriptedAgent implements Agent<ScriptedAgent.State> {
  private static final Octets NEW = Octets.ofText("0123456789abcdef");

  @Override
  public State newConnection() {
    return new State(0);
  }

  @Override
  public State onOctets(State state, Direction direction, OctetView view, Decisions out) {
    int at = 0;
    int kinds = state.kinds();
    while (at < view.length()) {
      int octet = Byte.toUnsignedInt(view.at(at));
      int count = Math.min(view.length() - at, 1 + (octet >>> 4));
      switch (octet & 15) {
        case 0, 1, 2, 3, 4, 5 -> out.pass(count);
        case 6, 7 -> out.replace(count, newOctets(octet >>> 4));
        case 8 -> out.replace(count, NEW);
        case 9 -> out.replace(0, NEW);
        default -> {
          int ended = end(octet, direction, view.length() - at, out);
          return ended == 0 ? state : new State(kinds ^ ended);
        }
      }
      at += (octet & 15) == 9 ? 0 : count;
      if ((octet & 15) == 9) {
        out.pass(1);
        at++;
      }
    }
    return kinds == state.kinds() ? state : new State(kinds);
  }

  /** Gives an answer that ends the call, and returns the change of the state. */
  private static int end(int octet, Direction direction, int left, Decisions out) {
    switch (octet) {
      case 0x0a -> out.skipRest();
      case 0x1a -> out.detach();
      case 0x2a -> out.notMine("scripted");
      case 0x3a -> out.reset("scripted");
      case 0x4a -> throw new IllegalStateException("scripted");
      case 0x5a -> out.pass(left + 1);
      case 0x6a -> out.finish(direction);
      case 0x7a -> out.finish(direction.opposite());
      case 0x8a -> out.abort(direction, "scripted");
      default -> endAsCounted(octet, direction, left, out);
    }
    return (octet & 15) == 15 ? octet : 0;
  }

  private static void endAsCounted(int octet, Direction direction, int left, Decisions out) {
    int count = 1 + (octet >>> 4);
    switch (octet & 15) {
      case 11, 12 -> out.need(left + count);
      case 13 -> out.skip(count * 40L);
      case 14 -> {
        out.pass(1);
        out.reply(direction.opposite(), NEW);
      }
      default -> out.pass(1);
    }
  }

  private static Octets newOctets(int length) {
    return length == 0 ? Octets.empty() : Octets.of(new byte[length]);
  }

  @Override
  public int maxHold() {
    return 100;
  }

  @Override
  public boolean wantsFlush(State state, Direction direction) {
    return state.kinds() % 2 == 0;
  }

  @Override
  public StateCodec<State> codec() {
    return new NoCodec();
  }

  /**
   * The state of the agent.
   *
   * @param kinds changes with some octets, so that the engine calls the agent for the other
   *     direction
   */
  record State(int kinds) {}

  private static final class NoCodec implements StateCodec<State> {
    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(State state) {
      return new byte[] {(byte) state.kinds()};
    }

    @Override
    public State decode(int version, byte[] octets) {
      return new State(octets[0]);
    }
  }
}
