package dev.midstream.agents.substitute;

/** What bounds the pairs of one rule. Settings beyond a limit are refused. */
final class PairLimits {
  /**
   * Longest find string in octets; as many, less one, may be held. Not above a hold limit's
   * default.
   */
  static final int FIND_BYTES = 65_536;

  /** Longest replacement in octets. */
  static final int REPLACEMENT_BYTES = 65_536;

  /** Most pairs of one direction. */
  static final int PAIRS = 4_096;

  private PairLimits() {}
}
