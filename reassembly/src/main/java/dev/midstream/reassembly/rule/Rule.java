package dev.midstream.reassembly.rule;

import dev.midstream.modcmd.agent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * One rule: the connections it matches and what becomes of them.
 *
 * @param name unique among the rules
 * @param match which connections
 * @param action what becomes of them; {@link Action#ALLOW} where an agent is named; carried out in
 *     {@link Mode#ENFORCE} only
 * @param agentName the agent's name, for reports; null without one
 * @param agent who decides their octets; null without one
 * @param mode how far the agent's decisions and the action reach; never beyond the program's mode
 */
public record Rule(
    String name,
    Match match,
    Action action,
    @Nullable String agentName,
    @Nullable Agent<?> agent,
    Mode mode) {

  /** Whether packets may leave otherwise than they came: an agent's edits, or the action. */
  public boolean mayChange() {
    return mode == Mode.ENFORCE && (agent != null || action != Action.ALLOW);
  }
}
