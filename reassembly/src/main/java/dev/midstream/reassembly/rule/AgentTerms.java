package dev.midstream.reassembly.rule;

import dev.midstream.agent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own limits. They are asked once for each connection, where an exception harms
 * nothing.
 *
 * @param maxHeldBytes largest number of undecided octets of one direction
 * @param keepsLengths whether every edit has the length of what it replaces
 * @param failure what the agent threw when it was asked; null if it answered
 */
public record AgentTerms(int maxHeldBytes, boolean keepsLengths, @Nullable String failure) {
  private static final AgentTerms NONE = new AgentTerms(0, true, null);

  /** The terms of {@code agent}; null stands for a rule without an agent. */
  public static AgentTerms of(@Nullable Agent<?> agent) {
    if (agent == null) {
      return NONE;
    }
    try {
      return new AgentTerms(agent.maxHold(), agent.keepsLengths(), null);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failure) {
      return new AgentTerms(0, false, failure.toString());
    }
  }
}
