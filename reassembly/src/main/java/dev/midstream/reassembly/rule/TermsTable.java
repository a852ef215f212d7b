package dev.midstream.reassembly.rule;

import java.util.IdentityHashMap;

/**
 * The terms of each rule. Their agents are asked once, when the engine is made: an agent that does
 * not answer then stops no worker. Not thread-safe.
 */
public final class TermsTable {
  private final EngineConfiguration configuration;
  private final IdentityHashMap<Rule, AgentTerms> terms = new IdentityHashMap<>();

  /** The terms of all rules of {@code configuration}. */
  public TermsTable(EngineConfiguration configuration) {
    this.configuration = configuration;
    for (Rule rule : configuration.rules().rules()) {
      terms.put(rule, ask(rule));
    }
  }

  /** The terms of {@code rule}; that of another engine with equal rules is asked once more. */
  public AgentTerms of(Rule rule) {
    return terms.computeIfAbsent(rule, this::ask);
  }

  private AgentTerms ask(Rule rule) {
    return AgentTerms.of(rule, configuration.policies(), configuration.limits());
  }
}
