package dev.midstream.reassembly.rule;

/** What becomes of a connection's packets. */
public enum Action {
  /** They pass; with an agent, as the agent decides. */
  ALLOW,
  /** They vanish. */
  DROP,
  /** They are answered with a reset. */
  REJECT
}
