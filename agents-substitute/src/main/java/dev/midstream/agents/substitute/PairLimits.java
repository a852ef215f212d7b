package dev.midstream.agents.substitute;

/** Limits of the pairs of one rule. Settings beyond a limit are refused. */
final class PairLimits {
  /**
   * Maximum octets of a find string. The agent holds at most one octet less, so it stays within the
   * default hold limit.
   */
  static final int FIND_BYTES = 65_536;

  /** Maximum octets of a replacement. */
  static final int REPLACEMENT_BYTES = 65_536;

  /** Maximum pairs of one direction. */
  static final int PAIRS = 4_096;

  private PairLimits() {}
}
