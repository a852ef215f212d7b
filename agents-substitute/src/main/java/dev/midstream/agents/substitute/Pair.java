package dev.midstream.agents.substitute;

import dev.midstream.agent.Octets;

/**
 * What to find and its replacement. Immutable.
 *
 * @param find what to find
 * @param replacement what takes its place; empty deletes
 * @param startsWord whether no letter, digit or underscore may precede a match
 * @param limit the replacements that it makes in one connection, 1 or more, or {@link #UNLIMITED};
 *     then the pair is ignored
 */
record Pair(Find find, Octets replacement, boolean startsWord, int limit) {
  /** The limit of a pair without one. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  /** A pair of strings without conditions. */
  static Pair of(Octets find, Octets replacement) {
    return new Pair(new FindText(find, false, false), replacement, false, UNLIMITED);
  }

  boolean isLimited() {
    return limit != UNLIMITED;
  }

  boolean keepsLength() {
    return find.shortest() == replacement.length() && find.longest() == replacement.length();
  }

  /** Whether {@code later}, which follows in the list, never matches because this pair does. */
  boolean hides(Pair later) {
    return !startsWord
        && !isLimited()
        && find instanceof FindText text
        && later.find instanceof FindText other
        && text.isPrefixOf(other);
  }
}
