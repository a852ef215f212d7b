package dev.midstream.reassembly.rule;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule: the connections it matches and what is done with them.
 *
 * @param name unique among the rules
 * @param match the connections
 * @param action {@link Action#ALLOW} if there is an agent; carried out in {@link Mode#ENFORCE} only
 * @param agentName the name of the agent, for reports; null if there is none
 * @param agent the agent that decides the octets; null if there is none
 * @param mode what is done with the decisions; never beyond the mode of the program
 * @param policies what the rule says about the agent's connections
 * @param reasons the reasons that the agent's provider declares
 */
public record Rule(
    String name,
    Match match,
    Action action,
    @Nullable String agentName,
    @Nullable Agent<?> agent,
    Mode mode,
    RulePolicies policies,
    List<AgentReason> reasons) {

  /** Copies the reasons. */
  public Rule {
    reasons = List.copyOf(reasons);
  }

  /** A rule that says nothing about the agent's connections, and whose agent counts no reason. */
  public Rule(
      String name,
      Match match,
      Action action,
      @Nullable String agentName,
      @Nullable Agent<?> agent,
      Mode mode) {
    this(name, match, action, agentName, agent, mode, RulePolicies.NONE, List.of());
  }

  /** Whether the rule can change, drop or reject packets. */
  public boolean mayChange() {
    return mode == Mode.ENFORCE && (agent != null || action != Action.ALLOW);
  }
}
