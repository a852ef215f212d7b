package dev.midstream.gateway.command;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.settings.Setting;
import dev.midstream.gateway.config.NamedAgents;
import dev.midstream.gateway.config.NamedAgents.Denying;
import dev.midstream.gateway.plugin.ForeignCalls;
import dev.midstream.gateway.plugin.InstalledAgent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What the {@code agents} command prints. */
final class AgentText {
  private static final String FAILED = "the agent failed when it was asked, error=";

  private AgentText() {}

  /** A line for each agent: name, version, origin. */
  static List<String> list(Collection<InstalledAgent> agents) {
    return Columns.lines(
        agents.stream()
            .map(agent -> List.of(agent.name(), version(agent), agent.origin()))
            .toList());
  }

  /** An agent with its settings, with its reasons as they are counted, and whether it denies. */
  static List<String> describe(InstalledAgent agent, NamedAgents agents) {
    List<String> lines = new ArrayList<>(list(List.of(agent)));
    ForeignCalls.Result<List<List<String>>> settings =
        agent.ask(
            "settings", provider -> provider.settings().stream().map(AgentText::row).toList());
    ForeignCalls.Result<List<List<String>>> reasons =
        agent.ask(
            "reasons",
            provider -> provider.reasons().stream().map(reason -> row(agent, reason)).toList());
    add(lines, "settings", settings);
    add(lines, "reasons", reasons);
    lines.add(denying(agents.denying(agent))); // last: a provider may not return from it
    return lines;
  }

  /** Whether an agent denies; with which rules, if its settings decide it. */
  private static String denying(List<Denying> answers) {
    List<String> yes = rules(answers, true);
    List<String> no = rules(answers, false);
    for (Denying answer : answers) {
      if (answer.failure() != null) {
        return "denies: " + FAILED + answer.failure();
      }
    }
    if (yes.isEmpty() && no.isEmpty()) {
      return "denies: not known without settings, which a rule of --config may give";
    }
    if (yes.isEmpty() || no.isEmpty()) {
      return "denies: " + (no.isEmpty() ? "yes" : "no");
    }
    return "denies: yes in " + String.join(", ", yes) + "; no in " + String.join(", ", no);
  }

  private static List<String> rules(List<Denying> answers, boolean denies) {
    return answers.stream()
        .filter(answer -> Objects.equals(answer.denies(), denies))
        .map(Denying::rule)
        .toList();
  }

  private static List<String> row(Setting setting) {
    return List.of(setting.name(), setting.kind(), setting.defaultValue(), setting.meaning());
  }

  private static List<String> row(InstalledAgent agent, AgentReason reason) {
    String consequence = reason.consequence().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return List.of(agent.name() + "." + reason.code(), consequence, reason.meaning());
  }

  private static void add(
      List<String> lines, String title, ForeignCalls.Result<List<List<String>>> rows) {
    List<List<String>> found = rows.value();
    if (found == null) {
      lines.add(title + ": " + FAILED + rows.failure());
    } else if (found.isEmpty()) {
      lines.add(title + ": none");
    } else {
      lines.add(title + ":");
      Columns.lines(found).forEach(line -> lines.add("  " + line));
    }
  }

  private static String version(InstalledAgent agent) {
    String version = agent.version();
    return version == null ? "-" : version;
  }
}
