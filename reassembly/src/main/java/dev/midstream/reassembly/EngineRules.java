package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.ConnectionPlaces;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What connections that are read from octets take from their engine. */
final class EngineRules implements ConnectionPlaces {
  private final RuleTable rules;
  private final RuleChoice choice;
  private final ConnectionOpening opening;

  EngineRules(RuleTable rules, RuleChoice choice, ConnectionOpening opening) {
    this.rules = rules;
    this.choice = choice;
    this.opening = opening;
  }

  @Override
  public @Nullable Rule rule(String name) {
    return rules.ofName(name);
  }

  @Override
  public AgentTerms terms(Rule rule) {
    return choice.termsOf(rule);
  }

  @Override
  public Stream stream(int initialSequence, boolean isPickedUp, boolean isEdited) {
    return opening.stream(initialSequence, isPickedUp, isEdited);
  }
}
