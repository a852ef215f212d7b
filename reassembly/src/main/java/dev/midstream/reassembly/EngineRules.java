package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionPlaces;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.lifecycle.Takeover;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Stream;

/** What connections that are read from octets take from their engine. */
final class EngineRules implements ConnectionPlaces {
  private final RuleChoice choice;
  private final ConnectionOpening opening;
  private final Takeover takeover;

  EngineRules(RuleChoice choice, ConnectionOpening opening, CommitMode mode) {
    this.choice = choice;
    this.opening = opening;
    takeover = new Takeover(opening, mode);
  }

  @Override
  public AgentTerms terms(Rule rule) {
    return choice.termsOf(rule);
  }

  @Override
  public Stream stream(int initialSequence, Rule rule, boolean isPickedUp, boolean isEdited) {
    return opening.stream(initialSequence, terms(rule), isPickedUp, isEdited);
  }

  @Override
  public void derive(Connection connection, long nowNanos) {
    takeover.derive(connection, nowNanos);
  }
}
