package dev.midstream.modcmd.search.pattern;

/** Limits of one pattern. A pattern beyond a limit is refused. */
public final class PatternLimits {
  /** Maximum characters of a pattern's text. */
  public static final int TEXT_CHARACTERS = 4_096;

  /**
   * Maximum octets of a match. At each place where a match may start, so many steps may be needed.
   */
  public static final int MATCH_BYTES = 4_096;

  /** Maximum depth of groups in groups. */
  public static final int DEPTH = 64;

  /** Maximum states of an automaton. The caller may allow fewer. */
  public static final int STATES = 16_384;

  /** Maximum steps of the program, which each repetition multiplies. */
  static final int INSTRUCTIONS = 65_536;

  /** Maximum steps that the states stand for, all together; limits the time of the construction. */
  static final int PLACES = 1 << 20;

  private PatternLimits() {}
}
