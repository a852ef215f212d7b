package dev.midstream.reassembly.flow;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.Rule;

/**
 * The rule that decides a connection.
 *
 * @param rule the rule
 * @param context what the agent handed over that expected the connection; empty if none did
 * @param isExpected whether an agent expected the connection; then the rule need not match it
 */
public record Assignment(Rule rule, Octets context, boolean isExpected) {
  /** A rule that was found by its match. */
  public static Assignment of(Rule rule) {
    return new Assignment(rule, Octets.empty(), false);
  }
}
