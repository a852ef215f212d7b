package dev.midstream.gateway.config;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Quoted;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.gateway.plugin.AgentCatalog;
import dev.midstream.gateway.plugin.ForeignCalls;
import dev.midstream.gateway.plugin.InstalledAgent;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Creates the agents that rules name. */
final class RuleAgents {
  /** Stands between the place of a problem and its text. */
  private static final String SEPARATOR = ": ";

  private final AgentCatalog agents;
  private final boolean isTolerant;
  private final Problems problems;

  /**
   * @param isTolerant whether a rule whose agent cannot be used fails alone; otherwise that is a
   *     problem of the configuration
   */
  RuleAgents(AgentCatalog agents, boolean isTolerant, Problems problems) {
    this.agents = agents;
    this.isTolerant = isTolerant;
    this.problems = problems;
  }

  /** The agent of a rule: a {@link MissingAgent} if the rule fails, null if there is a problem. */
  @Nullable Agent<?> create(String ruleName, SettingsNode.Scalar agentName, SettingsNode settings) {
    InstalledAgent installed = agents.agents().get(agentName.text());
    if (installed != null) {
      return create(ruleName, installed, settings);
    }
    if (isTolerant && !agents.problems().isEmpty()) {
      String named = "agent=" + Quoted.of(agentName.text());
      return missing(ruleName, named, agentName.where(), "no usable plug-in has it");
    }
    problems.add(agentName.where(), agents.unknown(agentName.text()));
    return null;
  }

  /**
   * The reasons that a rule's agent may count; none if it is unknown or declares wrong ones. To be
   * asked before {@link #create}, which reports a provider that did not return from this.
   */
  List<AgentReason> reasons(SettingsNode.Scalar agentName) {
    InstalledAgent installed = agents.agents().get(agentName.text());
    if (installed == null) {
      return List.of();
    }
    ForeignCalls.Result<List<AgentReason>> declared =
        installed.ask("reasons", provider -> List.copyOf(provider.reasons()));
    List<AgentReason> reasons = declared.value();
    if (reasons == null && installed.calls().areLate()) {
      return List.of();
    }
    if (reasons == null) {
      String failed = "the agent failed on its reasons, agent=";
      refuse(agentName.where(), failed + installed.name() + " error=" + declared.failure());
      return List.of();
    }
    long codes = reasons.stream().map(AgentReason::code).distinct().count();
    if (codes < reasons.size() || codes > AgentProvider.MAX_REASONS) {
      refuse(
          agentName.where(),
          "the agent declares a reason twice, or too many, agent="
              + installed.name()
              + " reasons="
              + reasons.size()
              + " most="
              + AgentProvider.MAX_REASONS);
      return List.of();
    }
    return reasons;
  }

  private void refuse(String where, String message) {
    if (isTolerant) {
      problems.warn(where, message);
    } else {
      problems.add(where, message);
    }
  }

  private @Nullable Agent<?> create(
      String ruleName, InstalledAgent installed, SettingsNode settings) {
    Problems own = new Problems(); // a provider that is late may still write here
    SettingsReader reader = new SettingsReader("rules.settings", settings, own);
    ForeignCalls.Result<Agent<?>> made =
        installed.ask("create", provider -> provider.create(reader));
    Agent<?> agent = made.value();
    String failure = made.failure();
    if (failure == null) {
      reader.refuseUnknownKeys();
      if (agent == null && own.isEmpty()) {
        own.add(settings.where(), "the agent refuses its settings, agent=" + installed.name());
      }
    }
    if (!installed.calls().areLate()) {
      own.lines().forEach(line -> addLine(line, problems::add));
      own.warnings().forEach(line -> addLine(line, problems::warn));
    }
    if (agent != null) {
      failure = failureOnTerms(agent, installed.calls());
    }
    return failure == null ? agent : failed(ruleName, installed, settings.where(), failure);
  }

  /** Adds a line that has its place already. */
  private static void addLine(String line, BiConsumer<String, String> adding) {
    int end = line.indexOf(SEPARATOR);
    adding.accept(line.substring(0, end), line.substring(end + SEPARATOR.length()));
  }

  /** What an agent fails on when it is asked what the engine asks it later; null if on nothing. */
  private static @Nullable String failureOnTerms(Agent<?> agent, ForeignCalls calls) {
    List<ForeignCalls.Result<?>> answers =
        List.of(
            calls.of("denies", agent::denies),
            calls.of("maxHold", agent::maxHold),
            calls.of("keepsLengths", agent::keepsLengths));
    for (ForeignCalls.Result<?> answer : answers) {
      if (answer.failure() != null) {
        return answer.failure();
      }
    }
    return null;
  }

  private @Nullable Agent<?> failed(
      String ruleName, InstalledAgent installed, String where, String error) {
    String named = "agent=" + installed.name() + " origin=" + installed.origin();
    if (isTolerant) {
      return missing(ruleName, named, where, error);
    }
    problems.add(where, "the agent cannot be used, " + named + " error=" + error);
    return null;
  }

  private Agent<?> missing(String ruleName, String named, String where, String error) {
    problems.warn(
        where,
        "the rule fails, its connections are treated as on-agent-failure says, rule="
            + Quoted.of(ruleName)
            + " "
            + named
            + " error="
            + error);
    return new MissingAgent(error);
  }
}
