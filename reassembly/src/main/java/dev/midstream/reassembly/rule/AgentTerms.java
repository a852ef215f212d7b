package dev.midstream.reassembly.rule;

import dev.midstream.modcmd.agent.Agent;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of itself, asked once for a connection, where it can harm nothing.
 *
 * @param mostHeldBytes the most octets of one direction it may leave undecided
 * @param flushes whether silence ends a hold
 * @param keepsLengths whether what it decides is never longer or shorter than what it was shown
 * @param failure why it could not say so; null if it did
 */
public record AgentTerms(
    int mostHeldBytes, boolean flushes, boolean keepsLengths, @Nullable String failure) {
  private static final AgentTerms NONE = new AgentTerms(0, false, true, null);

  /** The terms of {@code agent}, or of a rule without one. */
  public static AgentTerms of(@Nullable Agent<?> agent) {
    if (agent == null) {
      return NONE;
    }
    try {
      return new AgentTerms(agent.maxHold(), agent.wantsFlush(), agent.keepsLengths(), null);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError failure) {
      return new AgentTerms(0, false, false, failure.toString());
    }
  }
}
