package dev.midstream.reassembly.rule;

/** What is done with the decisions of agents and rules. */
public enum Mode {
  /** Decisions are carried out. */
  ENFORCE,
  /** Decisions are only counted; every packet leaves unchanged. */
  MONITOR,
  /** Agents are not called. */
  OFF
}
