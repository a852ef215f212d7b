package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The providers that one class loader finds. */
final class Providers {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

  private Providers() {}

  /**
   * The providers by their names.
   *
   * @throws PluginException if one has a name that is not valid or not its own
   */
  static SortedMap<String, AgentProvider> byName(
      Iterable<AgentProvider> providers, ForeignCalls calls) throws PluginException {
    SortedMap<String, AgentProvider> byName = new TreeMap<>();
    for (AgentProvider provider : providers) {
      String name = nameOf(provider, calls);
      if (byName.put(name, provider) != null) {
        throw new PluginException("provides an agent twice, agent=" + name);
      }
    }
    return byName;
  }

  /**
   * The providers that a class loader finds.
   *
   * @throws PluginException if one cannot be loaded
   */
  static List<AgentProvider> foundBy(ClassLoader loader, ForeignCalls calls)
      throws PluginException {
    var classes =
        calls.of(
            "loading", () -> ServiceLoader.load(AgentProvider.class, loader).stream().toList());
    if (classes.value() == null) {
      throw new PluginException("an agent cannot be loaded, error=" + classes.failure());
    }
    List<AgentProvider> providers = new ArrayList<>();
    for (ServiceLoader.Provider<AgentProvider> found : classes.value()) {
      ForeignCalls.Result<AgentProvider> made = calls.of("its initialiser", found::get);
      if (made.value() == null) {
        throw new PluginException(
            "an agent cannot be loaded, class="
                + found.type().getName()
                + " error="
                + made.failure());
      }
      providers.add(made.value());
    }
    return providers;
  }

  private static String nameOf(AgentProvider provider, ForeignCalls calls) throws PluginException {
    ForeignCalls.Result<String> name = calls.of("name", provider::name);
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
