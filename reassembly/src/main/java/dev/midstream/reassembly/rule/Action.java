package dev.midstream.reassembly.rule;

/** What a rule does with the packets of a connection. */
public enum Action {
  /** Packets pass, as the agent decides if the rule has one. */
  ALLOW,
  /** Packets are dropped without an answer. */
  DROP,
  /** Packets are dropped and answered with a reset. */
  REJECT
}
