package dev.midstream.gateway.config;

import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Quoted;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.gateway.plugin.AgentCatalog;
import dev.midstream.gateway.plugin.ForeignCalls;
import dev.midstream.gateway.plugin.InstalledAgent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The agents that rules may name, and the settings that the rules of a file give them. */
public final class NamedAgents {
  private static final Use NO_RULE = new Use("", "", new Scalar("", ""));

  private final AgentCatalog catalog;
  private final List<Use> uses;

  /** A rule that names an agent. */
  private record Use(String rule, String agent, SettingsNode settings) {}

  /**
   * Whether an agent denies.
   *
   * @param rule the rule whose settings it has; empty for no rule and no settings
   * @param denies null if it takes no such settings, or has failed
   * @param failure what it failed on; null if it has not
   */
  public record Denying(String rule, @Nullable Boolean denies, @Nullable String failure) {}

  private NamedAgents(AgentCatalog catalog, List<Use> uses) {
    this.catalog = catalog;
    this.uses = List.copyOf(uses);
  }

  /** The agents that come with the program; no rule names one. */
  public static NamedAgents ofProgram() {
    return new NamedAgents(AgentCatalog.ofProgram(), List.of());
  }

  /** The agents of {@code catalog}. What is wrong with {@code rules} does not matter here. */
  static NamedAgents of(AgentCatalog catalog, List<SettingsNode> rules) {
    List<Use> uses = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) instanceof Mapping rule
          && rule.entries().get("agent") instanceof Scalar agent) {
        String name =
            rule.entries().get("name") instanceof Scalar named ? named.text() : "rule-" + (i + 1);
        SettingsNode settings = rule.entries().get("settings");
        uses.add(
            new Use(Quoted.of(name), agent.text(), settings == null ? NO_RULE.settings : settings));
      }
    }
    return new NamedAgents(catalog, uses);
  }

  /** The agents that rules may name. */
  public AgentCatalog catalog() {
    return catalog;
  }

  /**
   * Whether an agent denies, with the settings of each rule that names it, or without settings if
   * none does. The same provider makes agents that deny and others.
   */
  public List<Denying> denying(InstalledAgent agent) {
    List<Use> own = uses.stream().filter(use -> use.agent.equals(agent.name())).toList();
    return (own.isEmpty() ? List.of(NO_RULE) : own)
        .stream().map(use -> denying(agent, use)).toList();
  }

  private static Denying denying(InstalledAgent installed, Use use) {
    Problems own = new Problems();
    SettingsReader settings = new SettingsReader("rules.settings", use.settings, own);
    ForeignCalls.Result<Agent<?>> made =
        installed.ask("create", provider -> provider.create(settings));
    Agent<?> agent = made.value();
    if (agent == null || !own.isEmpty()) {
      return new Denying(use.rule, null, made.failure());
    }
    ForeignCalls.Result<Boolean> denies = installed.calls().of("denies", agent::denies);
    return new Denying(use.rule, denies.value(), denies.failure());
  }
}
