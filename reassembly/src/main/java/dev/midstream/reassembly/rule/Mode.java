package dev.midstream.reassembly.rule;

/** How far an agent's decisions reach. */
public enum Mode {
  /** They are carried out. */
  ENFORCE,
  /** They are counted; every packet leaves as it came. */
  MONITOR,
  /** The agent is not called. */
  OFF
}
