package dev.midstream.modcmd.search.pattern;

/** How a pattern is read. */
public enum PatternOption {
  /** An ASCII letter stands for itself in both cases. */
  IGNORE_CASE,
  /** No letter, digit or underscore follows a match. Alternatives that would end there fail. */
  ENDS_WORD
}
