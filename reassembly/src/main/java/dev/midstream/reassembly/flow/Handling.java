package dev.midstream.reassembly.flow;

/** What is done with a connection's packets. */
public enum Handling {
  /** They leave as they came. */
  UNTOUCHED,
  /** Their octets are shown to the agent; the packets leave as they came. */
  MONITORED,
  /** They leave as the agent decides. */
  EDITED,
  /** They vanish. */
  DROPPED,
  /** They are answered with a reset. */
  REJECTED
}
