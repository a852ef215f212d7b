package dev.midstream.gateway.config;

import dev.midstream.modcmd.agent.AgentProvider;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The agents a rule can name. */
final class AgentProviders {
  private final SortedMap<String, AgentProvider> providers = new TreeMap<>();

  AgentProviders(Iterable<AgentProvider> providers) {
    for (AgentProvider provider : providers) {
      this.providers.putIfAbsent(provider.name(), provider);
    }
  }

  /** Those that came with the program. */
  static AgentProviders installed() {
    return new AgentProviders(ServiceLoader.load(AgentProvider.class));
  }

  /** The one with a name; null if there is none. */
  @Nullable AgentProvider named(String name) {
    return providers.get(name);
  }

  /** All names in alphabetical order. */
  Set<String> names() {
    return providers.keySet();
  }
}
