package dev.midstream.agents.substitute;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the pairs of each direction. It keeps no state, because decisions depend only on the
 * octets of their direction, and held octets are shown again.
 */
final class SubstituteAgent implements Agent<SubstituteAgent.State> {
  private static final State STATE = new State();
  private static final StateCodec<State> CODEC = StateCodec.stateless(STATE);

  private final @Nullable Substitution clientToServer;
  private final @Nullable Substitution serverToClient;
  private final int maxHold;
  private final boolean keepsLengths;

  /** Creates an agent for the pairs of each direction in list order. */
  SubstituteAgent(Map<Direction, List<Pair>> pairs) {
    clientToServer = substitutionOf(pairs.getOrDefault(Direction.CLIENT_TO_SERVER, List.of()));
    serverToClient = substitutionOf(pairs.getOrDefault(Direction.SERVER_TO_CLIENT, List.of()));
    int longest =
        pairs.values().stream()
            .flatMap(List::stream)
            .mapToInt(pair -> pair.find().length())
            .max()
            .orElse(1);
    maxHold = Math.max(1, longest - 1);
    keepsLengths = pairs.values().stream().flatMap(List::stream).allMatch(Pair::keepsLength);
  }

  @Override
  public State newConnection() {
    return STATE;
  }

  @Override
  public State onOctets(State state, Direction direction, OctetView view, Decisions out) {
    Substitution substitution =
        direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
    if (substitution == null) {
      out.skipRest();
    } else {
      substitution.decide(view, out);
    }
    return state;
  }

  @Override
  public int maxHold() {
    return maxHold;
  }

  @Override
  public boolean replaysExactly() {
    return true;
  }

  @Override
  public boolean keepsLengths() {
    return keepsLengths;
  }

  /**
   * Always: an edit is a convenience, and a string that stays incomplete is shown to its reader.
   */
  @Override
  public boolean wantsFlush(State state, Direction direction) {
    return true;
  }

  @Override
  public StateCodec<State> codec() {
    return CODEC;
  }

  private static @Nullable Substitution substitutionOf(List<Pair> pairs) {
    return pairs.isEmpty() ? null : new Substitution(pairs);
  }

  /** The empty state of a connection. */
  record State() {}
}
