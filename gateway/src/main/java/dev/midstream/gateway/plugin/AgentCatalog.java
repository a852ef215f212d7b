package dev.midstream.gateway.plugin;

import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.settings.Quoted;
import dev.midstream.agent.settings.Spelling;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The agents that rules may name: those of the program and those of plug-ins. Immutable. */
public final class AgentCatalog {
  private final SortedMap<String, InstalledAgent> agents;
  private final List<Problem> problems;
  private final Duration limit;

  /**
   * A plug-in that is not used.
   *
   * @param place its file or folder
   * @param message one clause
   */
  public record Problem(String place, String message) {}

  /** Finds providers. */
  private interface Finder {
    List<AgentProvider> find(ForeignCalls calls) throws PluginException;
  }

  private AgentCatalog(
      SortedMap<String, InstalledAgent> agents, List<Problem> problems, Duration limit) {
    this.agents = Collections.unmodifiableSortedMap(agents);
    this.problems = List.copyOf(problems);
    this.limit = limit;
  }

  /** The agents that come with the program. */
  public static AgentCatalog ofProgram() {
    return of(
        calls -> Providers.foundBy(AgentProvider.class.getClassLoader(), calls),
        ForeignCalls.LIMIT);
  }

  /**
   * The agents of the given providers, as if they came with the program.
   *
   * @param limit the time that each call of a provider has, also of one in a plug-in
   */
  public static AgentCatalog of(List<AgentProvider> providers, Duration limit) {
    return of(_ -> providers, limit);
  }

  private static AgentCatalog of(Finder finder, Duration limit) {
    SortedMap<String, InstalledAgent> agents = new TreeMap<>();
    List<Problem> problems = new ArrayList<>();
    ForeignCalls calls = new ForeignCalls(limit);
    try {
      SortedMap<String, AgentProvider> providers = Providers.byName(finder.find(calls), calls);
      addAll(agents, InstalledAgent.PROGRAM, providers, limit);
    } catch (PluginException e) {
      problems.add(new Problem(InstalledAgent.PROGRAM, String.valueOf(e.getMessage())));
    }
    return new AgentCatalog(agents, problems, limit);
  }

  /**
   * These agents and those of the plug-ins in a folder. A plug-in is used as a whole or not at all.
   * It is not used if an agent of it has the name of one of these, or of another plug-in: which one
   * is meant is not known.
   *
   * @throws IOException if the folder cannot be read
   */
  public AgentCatalog with(PluginSettings settings) throws IOException {
    Path folder = settings.folder();
    if (folder == null) {
      return this;
    }
    List<Problem> found = new ArrayList<>(problems);
    List<Plugin> plugins = new ArrayList<>();
    for (Path place : Plugin.placesIn(folder)) {
      try {
        plugins.add(Plugin.load(place, settings.signers(), limit));
      } catch (PluginException e) {
        found.add(new Problem(place.toString(), String.valueOf(e.getMessage())));
      }
    }
    SortedMap<String, InstalledAgent> all = new TreeMap<>(agents);
    for (Plugin plugin : plugins) {
      String conflict = conflictOf(plugin, plugins);
      if (conflict == null) {
        addAll(all, plugin.place().toString(), plugin.providers(), limit);
      } else {
        found.add(new Problem(plugin.place().toString(), conflict));
      }
    }
    return new AgentCatalog(all, found, limit);
  }

  /** These agents. The plug-ins of a folder exist too, but are not read. */
  public AgentCatalog withUnread(Path folder) {
    List<Problem> found = new ArrayList<>(problems);
    found.add(new Problem(folder.toString(), "its plug-ins are not read"));
    return new AgentCatalog(agents, found, limit);
  }

  /** The agents by their names. */
  public SortedMap<String, InstalledAgent> agents() {
    return agents;
  }

  /** The plug-ins that are not used, with the reason. */
  public List<Problem> problems() {
    return problems;
  }

  /** Says that a name is none of these agents, and which one may be meant. */
  public String unknown(String name) {
    String nearest = Spelling.nearest(name, agents.keySet());
    String known = problems.isEmpty() ? " known=" + String.join(",", agents.keySet()) : "";
    return "unknown agent, "
        + (problems.isEmpty() ? "" : "and a plug-in was not loaded, see above, ")
        + "agent="
        + Quoted.of(name)
        + (nearest == null ? known : " nearest=" + nearest);
  }

  private @Nullable String conflictOf(Plugin plugin, List<Plugin> plugins) {
    for (String name : plugin.providers().keySet()) {
      InstalledAgent own = agents.get(name);
      if (own != null) {
        return "has an agent with the name of another one, agent="
            + name
            + " other="
            + own.origin();
      }
      for (Plugin other : plugins) {
        if (!other.place().equals(plugin.place()) && other.providers().containsKey(name)) {
          return "has an agent with the name of another one, agent="
              + name
              + " other="
              + other.place();
        }
      }
    }
    return null;
  }

  private static void addAll(
      SortedMap<String, InstalledAgent> agents,
      String origin,
      SortedMap<String, AgentProvider> providers,
      Duration limit) {
    providers.forEach((name, provider) ->
        agents.put(name, new InstalledAgent(name, origin, provider, new ForeignCalls(limit))));
  }
}
