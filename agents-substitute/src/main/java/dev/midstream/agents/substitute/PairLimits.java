package dev.midstream.agents.substitute;

/** Limits of the pairs of one rule. Settings beyond a limit are refused. */
final class PairLimits {
  /**
   * Maximum octets of a find string. The agent holds at most as many, so it stays within the
   * default hold limit. Matches of a pattern are shorter: {@link
   * dev.midstream.modcmd.search.pattern.PatternLimits#MATCH_BYTES}.
   */
  static final int FIND_BYTES = 65_536;

  /** Maximum octets of a replacement. */
  static final int REPLACEMENT_BYTES = 65_536;

  /** Maximum pairs of one direction. */
  static final int PAIRS = 4_096;

  /** Maximum states of the automata of one direction, all together: 8 MiB of tables. */
  static final int STATES = 16_384;

  /** The most that {@code limit} may be. */
  static final int REPLACEMENTS = 1_000_000_000;

  /** Maximum strings that the scan looks for in place of one pattern or caseless string. */
  static final int PREFIXES = 64;

  /** Maximum strings that the scan looks for, unless each pair gives only a few. */
  static final int ALL_PREFIXES = 16_384;

  /** Maximum octets of a string in place of a pattern or caseless string. */
  static final int PREFIX_BYTES = 8;

  private PairLimits() {}
}
