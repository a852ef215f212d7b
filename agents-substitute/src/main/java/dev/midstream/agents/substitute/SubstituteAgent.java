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
 * Replaces the pairs of each direction. What it keeps depends only on decided octets: replacements
 * that were made, and whether the last octet is one of a word. Held octets are shown again.
 */
final class SubstituteAgent implements Agent<SubstituteState> {
  private final @Nullable Substitution clientToServer;
  private final @Nullable Substitution serverToClient;
  private final SubstituteState initial;
  private final StateCodec<SubstituteState> codec;
  private final int maxHold;
  private final boolean keepsLengths;

  /** Creates an agent for the pairs of each direction in list order. */
  SubstituteAgent(Map<Direction, List<Pair>> pairs) {
    clientToServer = substitutionOf(pairs.getOrDefault(Direction.CLIENT_TO_SERVER, List.of()));
    serverToClient = substitutionOf(pairs.getOrDefault(Direction.SERVER_TO_CLIENT, List.of()));
    initial = SubstituteState.of(initialMemory(clientToServer), initialMemory(serverToClient));
    codec = new SubstituteCodec(initial);
    int longest =
        pairs.values().stream()
            .flatMap(List::stream)
            .mapToInt(pair -> pair.find().decidingLength())
            .max()
            .orElse(1);
    maxHold = Math.max(1, longest - 1);
    keepsLengths = pairs.values().stream().flatMap(List::stream).allMatch(Pair::keepsLength);
  }

  @Override
  public SubstituteState newConnection() {
    return initial;
  }

  @Override
  public SubstituteState onOctets(
      SubstituteState state, Direction direction, OctetView view, Decisions out) {
    Substitution substitution =
        direction == Direction.CLIENT_TO_SERVER ? clientToServer : serverToClient;
    if (substitution == null) {
      out.skipRest();
      return state;
    }
    return state.with(direction, substitution.decide(state.memory(direction), view, out));
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

  @Override
  public boolean mayExpect() {
    return false;
  }

  /**
   * Always: an edit is a convenience, and a string that stays incomplete is shown to its reader.
   */
  @Override
  public boolean wantsFlush(SubstituteState state, Direction direction) {
    return true;
  }

  @Override
  public StateCodec<SubstituteState> codec() {
    return codec;
  }

  private static @Nullable Substitution substitutionOf(List<Pair> pairs) {
    return pairs.isEmpty() ? null : new Substitution(pairs);
  }

  private static Memory initialMemory(@Nullable Substitution substitution) {
    return substitution == null ? Memory.initial(0) : substitution.initialMemory();
  }
}
