package dev.midstream.reassembly.flow;

/** What is done with the packets of a connection. */
public enum Handling {
  /** They leave as they arrive; no agent sees them. */
  UNTOUCHED,
  /** An agent sees their octets; the packets leave as they arrive. */
  MONITORED,
  /** They leave as the agent decides. */
  EDITED,
  /** They are dropped. */
  DROPPED,
  /** They are answered with a reset. */
  REJECTED
}
