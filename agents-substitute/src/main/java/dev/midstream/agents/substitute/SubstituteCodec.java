package dev.midstream.agents.substitute;

import dev.midstream.agent.StateCodec;
import dev.midstream.agent.state.StateReader;
import dev.midstream.agent.state.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the state of the agent with one set of pairs. Version 2: for each direction, the client's
 * first, a truth value for {@link Memory#isInWord}, the number of limited pairs, and their
 * replacements. Version 1 had no octets: no replacement was counted.
 */
final class SubstituteCodec implements StateCodec<SubstituteState> {
  private static final int WITHOUT_STATE = 1;
  private static final int VERSION = 2;

  private final SubstituteState initial;

  /** A codec for an agent whose connections begin with {@code initial}. */
  SubstituteCodec(SubstituteState initial) {
    this.initial = initial;
  }

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] encode(SubstituteState state) {
    StateWriter out = new StateWriter();
    write(state.clientToServer(), out);
    write(state.serverToClient(), out);
    return out.toArray();
  }

  @Override
  public SubstituteState decode(int version, byte[] octets) {
    StateReader in = new StateReader(octets);
    SubstituteState state =
        switch (version) {
          case WITHOUT_STATE -> initial;
          case VERSION ->
              SubstituteState.of(
                  memory(in, initial.clientToServer()), memory(in, initial.serverToClient()));
          default -> throw new IllegalArgumentException("unknown version, version=" + version);
        };
    in.end();
    return state;
  }

  private static void write(Memory memory, StateWriter out) {
    out.flag(memory.isInWord()).number(memory.made().size());
    memory.made().forEach(out::number);
  }

  private static Memory memory(StateReader in, Memory initial) {
    boolean isInWord = in.flag();
    int count = in.number(PairLimits.PAIRS);
    if (count != initial.made().size()) {
      throw new IllegalArgumentException(
          "state of other pairs, limited=" + count + " expected=" + initial.made().size());
    }
    List<Integer> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(in.number(PairLimits.REPLACEMENTS));
    }
    return (made.isEmpty() ? initial : new Memory(false, made)).after(isInWord);
  }
}
