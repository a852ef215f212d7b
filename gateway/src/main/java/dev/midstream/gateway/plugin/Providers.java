package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The providers that one loader finds. */
final class Providers {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  private Providers() {}

  /**
   * The providers by their names.
   *
   * @param found an iterator over providers, which may throw
   * @throws PluginException if one cannot be loaded, or has a name that is not valid or not its own
   */
  static SortedMap<String, AgentProvider> byName(Iterable<AgentProvider> found)
      throws PluginException {
    List<AgentProvider> providers = new ArrayList<>();
    String failure =
        ForeignCall.of(
                () -> {
                  found.forEach(providers::add);
                  return true;
                })
            .failure();
    if (failure != null) {
      throw new PluginException("an agent cannot be loaded, error=" + failure);
    }
    SortedMap<String, AgentProvider> byName = new TreeMap<>();
    for (AgentProvider provider : providers) {
      String name = nameOf(provider);
      if (byName.put(name, provider) != null) {
        throw new PluginException("provides an agent twice, agent=" + name);
      }
    }
    return byName;
  }

  /** The providers on the class path. */
  static ServiceLoader<AgentProvider> installed() {
    return ServiceLoader.load(AgentProvider.class, AgentProvider.class.getClassLoader());
  }

  private static String nameOf(AgentProvider provider) throws PluginException {
    ForeignCall.Result<String> name = ForeignCall.of(provider::name);
    String value = name.value();
    if (value == null || !NAME.matcher(value).matches()) {
      throw new PluginException(
          "an agent has no name of lower case letters, digits and dashes, class="
              + provider.getClass().getName()
              + (name.failure() == null ? " name=" + value : " error=" + name.failure()));
    }
    return value;
  }
}
