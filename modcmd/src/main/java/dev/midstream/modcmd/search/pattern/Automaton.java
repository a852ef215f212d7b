package dev.midstream.modcmd.search.pattern;

/**
 * A deterministic automaton over octets. A state is an int, from {@link #START} on. Immutable.
 *
 * <p>Octets are equal for the automaton if no set of the pattern tells them apart. Such octets form
 * a group, and the table has one column for each group.
 */
final class Automaton {
  /** The state from which no match is possible any more. */
  static final int DEAD = 0;

  /** The state before the first octet. */
  static final int START = 1;

  /** A mark of a state: the octets up to here are a match. */
  static final int MATCHES = 1;

  /** A mark of a state: further octets may make a match, or a match that is preferred. */
  static final int GOES_ON = 2;

  private final short[] groups;
  private final int width;
  private final char[] table;
  private final byte[] marks;

  /**
   * An automaton from its tables.
   *
   * @param groups the group of each symbol, {@code width} of them
   * @param table the next state, for each state one for each group
   * @param marks the marks of each state
   */
  Automaton(short[] groups, int width, char[] table, byte[] marks) {
    this.groups = groups;
    this.width = width;
    this.table = table;
    this.marks = marks;
  }

  /** The number of states, with {@link #DEAD}. */
  int states() {
    return marks.length;
  }

  /** The state after {@code symbol}: an octet from 0 to 255 or {@link OctetSets#END}. */
  int next(int state, int symbol) {
    return table[state * width + groups[symbol]];
  }

  /** Whether the octets up to {@code state} are a match. Those of a later state are preferred. */
  boolean matches(int state) {
    return (marks[state] & MATCHES) != 0;
  }

  /** Whether more octets could matter after {@code state}. */
  boolean goesOn(int state) {
    return (marks[state] & GOES_ON) != 0;
  }
}
