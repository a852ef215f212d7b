package dev.midstream.reassembly.rule;

import dev.midstream.reassembly.rule.Policies.OnFailure;
import org.jspecify.annotations.Nullable;

/**
 * What a rule says about the connections of its agent. A null value says nothing: see {@link
 * AgentTerms} for what applies then.
 *
 * @param onNotMine for a connection that the agent leaves as another protocol
 * @param onAgentFailure for a connection whose agent throws or returns an illegal decision
 * @param onHoldLimit for a connection whose agent holds more than the limit
 * @param holdBytes octets of one direction that the agent may leave undecided; 1 or more
 * @param holdNanos silence after which held octets are delivered once more; 1 or more
 */
public record RulePolicies(
    @Nullable OnFailure onNotMine,
    @Nullable OnFailure onAgentFailure,
    @Nullable OnFailure onHoldLimit,
    @Nullable Integer holdBytes,
    @Nullable Long holdNanos) {

  /** Says nothing. */
  public static final RulePolicies NONE = new RulePolicies(null, null, null, null, null);
}
