package dev.midstream.gateway.config;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Quoted;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agent.settings.Spelling;
import dev.midstream.gateway.plugin.AgentCatalog;
import dev.midstream.gateway.plugin.ForeignCall;
import dev.midstream.gateway.plugin.InstalledAgent;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Creates the agents that rules name. */
final class RuleAgents {
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
  @Nullable Agent<?> create(
      String ruleName, SettingsNode.Scalar agentName, SettingsReader settings) {
    InstalledAgent installed = agents.agents().get(agentName.text());
    if (installed != null) {
      return create(ruleName, installed, settings);
    }
    if (isTolerant && !agents.problems().isEmpty()) {
      return missing(ruleName, agentName.text(), agentName.where(), "no usable plug-in has it");
    }
    Set<String> known = agents.agents().keySet();
    String nearest = Spelling.nearest(agentName.text(), known);
    problems.add(
        agentName.where(),
        "unknown agent, agent="
            + Quoted.of(agentName.text())
            + (nearest == null ? " known=" + String.join(",", known) : " nearest=" + nearest));
    return null;
  }

  /** The reasons that a rule's agent may count; none if it is unknown or declares wrong ones. */
  List<AgentReason> reasons(SettingsNode.Scalar agentName) {
    InstalledAgent installed = agents.agents().get(agentName.text());
    if (installed == null) {
      return List.of();
    }
    ForeignCall.Result<List<AgentReason>> declared =
        ForeignCall.of(() -> List.copyOf(installed.provider().reasons()));
    List<AgentReason> reasons = declared.value();
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
      String ruleName, InstalledAgent installed, SettingsReader settings) {
    int problemsBefore = problems.lines().size();
    ForeignCall.Result<Agent<?>> made = ForeignCall.of(() -> installed.provider().create(settings));
    if (made.failure() == null) {
      settings.refuseUnknownKeys();
      if (made.value() == null && problems.lines().size() == problemsBefore) {
        problems.add(settings.where(), "the agent refuses its settings, agent=" + installed.name());
      }
      return made.value();
    }
    if (isTolerant) {
      return missing(ruleName, installed.name(), settings.where(), made.failure());
    }
    problems.add(
        settings.where(),
        "the agent failed on its settings, agent=" + installed.name() + " error=" + made.failure());
    return null;
  }

  private Agent<?> missing(String ruleName, String agentName, String where, String error) {
    problems.warn(
        where,
        "the rule fails, its connections are treated as on-agent-failure says, rule="
            + Quoted.of(ruleName)
            + " agent="
            + Quoted.of(agentName)
            + " error="
            + error);
    return new MissingAgent(error);
  }
}
