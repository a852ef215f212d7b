package dev.midstream.agents.substitute;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.AgentProvider;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.settings.Problems;
import dev.midstream.modcmd.settings.SettingsNode;
import dev.midstream.modcmd.settings.SettingsNode.Mapping;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Creates the {@code substitute} agent. Its settings are {@code client-to-server} and {@code
 * server-to-client}, each a list of pairs {@code {find, replace}} or {@code {find-hex,
 * replace-hex}}. A direction without pairs is opaque.
 */
public final class SubstituteProvider implements AgentProvider {
  private static final Map<String, Direction> DIRECTIONS =
      Map.of(
          "client-to-server", Direction.CLIENT_TO_SERVER,
          "server-to-client", Direction.SERVER_TO_CLIENT);

  /** For {@link java.util.ServiceLoader}. */
  public SubstituteProvider() {}

  @Override
  public String name() {
    return "substitute";
  }

  @Override
  public @Nullable Agent<?> create(
      @Nullable SettingsNode settings, String where, Problems problems) {
    switch (settings) {
      case null ->
          problems.add(where, "substitute needs settings with client-to-server, server-to-client");
      case Mapping mapping -> {
        return agentOf(mapping, problems);
      }
      case SettingsNode other ->
          problems.add(other.where(), "settings of substitute must be a mapping of directions");
    }
    return null;
  }

  private static @Nullable Agent<?> agentOf(Mapping settings, Problems problems) {
    PairParser parser = new PairParser(problems);
    Map<Direction, List<Pair>> pairs = new EnumMap<>(Direction.class);
    boolean isComplete = true;
    for (Map.Entry<String, SettingsNode> entry : settings.entries().entrySet()) {
      Direction direction = DIRECTIONS.get(entry.getKey());
      List<Pair> found = direction == null ? null : parser.pairsOf(entry.getValue());
      if (direction == null) {
        problems.add(
            entry.getValue().where(),
            "unknown key; use client-to-server or server-to-client, key=" + entry.getKey());
      }
      if (direction == null || found == null) {
        isComplete = false;
      } else {
        pairs.put(direction, found);
      }
    }
    if (isComplete && pairs.values().stream().allMatch(List::isEmpty)) {
      problems.add(settings.where(), "substitute has no pair of find and replace");
      return null;
    }
    return isComplete ? new SubstituteAgent(pairs) : null;
  }
}
