package dev.midstream.reassembly.rule;

import dev.midstream.agent.Agent;
import dev.midstream.modcmd.call.ForeignFailure;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What applies to the connections of a rule's agent: what the rule says, otherwise what the program
 * says. An agent that denies is reset where the rule says nothing, whatever the program says. An
 * exception of the agent harms nothing.
 *
 * @param maxHeldBytes largest number of undecided octets of one direction that the agent wants
 * @param holdBytes largest number of undecided octets of one direction that is allowed
 * @param holdNanos silence after which held octets are delivered once more
 * @param keepsLengths whether every edit has the length of what it replaces
 * @param replaysExactly whether another engine decides the same from the same octets
 * @param denies whether the agent denies what it decides not to pass
 * @param onNotMine for a connection that the agent leaves as another protocol
 * @param onAgentFailure for a connection whose agent throws or returns an illegal decision
 * @param onHoldLimit for a connection whose agent holds more than the limit
 * @param failure what the agent threw when it was asked; null if it answered. One that does not
 *     tell whether it denies is taken to deny
 */
public record AgentTerms(
    int maxHeldBytes,
    int holdBytes,
    long holdNanos,
    boolean keepsLengths,
    boolean replaysExactly,
    boolean denies,
    OnFailure onNotMine,
    OnFailure onAgentFailure,
    OnFailure onHoldLimit,
    @Nullable String failure) {
  /** The terms of connections without an agent. */
  public static final AgentTerms NONE =
      new AgentTerms(
          0, 0, 0, true, false, false, OnFailure.PASS, OnFailure.PASS, OnFailure.PASS, null);

  /** The terms of {@code rule} in a program with {@code policies} and {@code limits}. */
  @SuppressWarnings("IllegalCatch") // what an agent throws is its own failure
  public static AgentTerms of(Rule rule, Policies policies, EngineLimits limits) {
    Agent<?> agent = rule.agent();
    if (agent == null) {
      return NONE;
    }
    int maxHeldBytes = 0;
    boolean keepsLengths = false;
    boolean replaysExactly = false;
    boolean denies = true;
    String failure = null;
    try {
      denies = agent.denies();
      maxHeldBytes = agent.maxHold();
      keepsLengths = agent.keepsLengths();
      replaysExactly = agent.replaysExactly();
    } catch (Throwable thrown) {
      failure = ForeignFailure.textOfAgent(thrown);
    }
    RulePolicies own = rule.policies();
    return new AgentTerms(
        maxHeldBytes,
        Objects.requireNonNullElse(own.holdBytes(), limits.holdBytes()),
        Objects.requireNonNullElse(own.holdNanos(), limits.holdNanos()),
        keepsLengths,
        replaysExactly,
        denies,
        choice(own.onNotMine(), denies, policies.onNotMine()),
        choice(own.onAgentFailure(), denies, policies.onAgentFailure()),
        choice(own.onHoldLimit(), denies, policies.onHoldLimit()),
        failure);
  }

  /**
   * Whether no octet may pass without a decision: the agent denies. One that has failed decides
   * nothing, so the policy for failures says it.
   */
  public boolean requiresDecisions() {
    return failure == null ? denies : onAgentFailure == OnFailure.RESET;
  }

  /** The number of undecided octets of one direction beyond which the hold policy applies. */
  public int undecidedBytes() {
    return Math.min(maxHeldBytes, holdBytes);
  }

  private static OnFailure choice(@Nullable OnFailure own, boolean denies, OnFailure programs) {
    return Objects.requireNonNullElse(own, denies ? OnFailure.RESET : programs);
  }
}
