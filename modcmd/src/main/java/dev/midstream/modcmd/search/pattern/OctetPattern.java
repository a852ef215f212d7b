package dev.midstream.modcmd.search.pattern;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A regular expression over octets, whose matches have a bounded length. Immutable.
 *
 * <p>Of the matches at a place, the one counts that Perl and {@link java.util.regex} find: earlier
 * alternatives first, and repetitions as often as possible, or as seldom if {@code ?} follows them.
 *
 * <ul>
 *   <li>A character stands for its octets in UTF-8, {@code \xHH} for one octet, {@code .} for each
 *       octet but a line feed. {@code \t \n \r \f \d \D \w \W \s \S} have their usual meaning, for
 *       ASCII. A backslash before punctuation makes it literal.
 *   <li>{@code [a-z]} and {@code [^a-z]} stand for one octet; {@code (…)} and {@code (?:…)} group;
 *       {@code a|b} are alternatives.
 *   <li>{@code ?}, {@code {n}} and {@code {n,m}} repeat. {@code *}, {@code +} and {@code {n,}} have
 *       no bound and are refused, as are anchors, look-around and back references.
 * </ul>
 */
public final class OctetPattern {
  /** No match starts here. */
  public static final int NONE = -1;

  /** More octets are needed to decide whether a match starts here, and how long it is. */
  public static final int UNDECIDED = -2;

  private final Automaton automaton;
  private final int shortest;
  private final int longest;

  /** The symbols that are read after the match. */
  private final int beyond;

  private OctetPattern(Automaton automaton, int shortest, int longest, int beyond) {
    this.automaton = automaton;
    this.shortest = shortest;
    this.longest = longest;
    this.beyond = beyond;
  }

  /**
   * The pattern of {@code text}.
   *
   * @param maxStates the states that its automaton may have, up to {@link PatternLimits#STATES}
   * @throws PatternException if the text is no pattern, has no bound, may match no octets or
   *     exceeds a limit; the message says where and what to do
   */
  public static OctetPattern of(String text, Set<PatternOption> options, int maxStates)
      throws PatternException {
    if (text.length() > PatternLimits.TEXT_CHARACTERS) {
      throw tooLong("is too long, characters=", text.length(), PatternLimits.TEXT_CHARACTERS);
    }
    Node node = PatternParser.parse(text, options.contains(PatternOption.IGNORE_CASE));
    if (node.shortest() == 0) {
      throw new PatternException("matches no octets; every match needs at least one");
    }
    if (node.longest() > PatternLimits.MATCH_BYTES) {
      throw tooLong("has too long matches, bytes=", node.longest(), PatternLimits.MATCH_BYTES);
    }
    boolean endsWord = options.contains(PatternOption.ENDS_WORD);
    Program program = new Program(node, endsWord);
    int states = Math.min(maxStates, PatternLimits.STATES);
    Automaton automaton = new AutomatonBuilder(program, states).build();
    return new OctetPattern(
        automaton, (int) node.shortest(), (int) node.longest(), endsWord ? 1 : 0);
  }

  /** Whether {@code octet} is an ASCII letter or digit, or the underscore. */
  public static boolean isWord(byte octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || octet == '_';
  }

  /** The fewest octets of a match; at least 1. */
  public int shortest() {
    return shortest;
  }

  /** The most octets of a match. */
  public int longest() {
    return longest;
  }

  /** The number of octets from which on a match at their front is never undecided. */
  public int decidingLength() {
    return longest + beyond;
  }

  /** The number of states of the automaton. */
  public int states() {
    return automaton.states();
  }

  /**
   * The length of the match that starts at {@code at}, {@link #NONE} or {@link #UNDECIDED}. If
   * {@code isLast}, no octets follow the view and the result is never {@link #UNDECIDED}.
   */
  public int lengthAt(OctetView view, int at, boolean isLast) {
    int state = Automaton.START;
    int found = NONE;
    int end = view.length();
    for (int next = at; next < end; next++) {
      state = automaton.next(state, Byte.toUnsignedInt(view.at(next)));
      if (automaton.matches(state)) {
        found = next + 1 - beyond - at;
      }
      if (!automaton.goesOn(state)) {
        return found;
      }
    }
    if (!isLast) {
      return UNDECIDED;
    }
    boolean endsHere = automaton.matches(automaton.next(state, OctetSets.END));
    return endsHere ? end - at : found;
  }

  /**
   * The distinct first octets of all matches, in ascending order: as many octets of each as
   * possible with at most {@code limit} results, but at least one octet and at most {@code length}.
   */
  public List<Octets> prefixes(int length, int limit) {
    Prefix none = new Prefix(Octets.empty(), Automaton.START);
    List<Prefix> prefixes = longer(List.of(none), OctetSets.OCTETS);
    for (int next = 1; next < Math.min(length, shortest); next++) {
      List<Prefix> more = longer(prefixes, limit);
      if (more.size() > limit) {
        break;
      }
      prefixes = more;
    }
    return prefixes.stream().map(Prefix::octets).toList();
  }

  /** The prefixes with each possible next octet; beyond {@code limit} some are missing. */
  private List<Prefix> longer(List<Prefix> prefixes, int limit) {
    List<Prefix> more = new ArrayList<>();
    for (Prefix prefix : prefixes) {
      for (int octet = 0; octet < OctetSets.OCTETS && more.size() <= limit; octet++) {
        int state = automaton.next(prefix.state(), octet);
        if (state != Automaton.DEAD) {
          more.add(new Prefix(Octets.join(prefix.octets(), Octets.of((byte) octet)), state));
        }
      }
    }
    return more;
  }

  private static PatternException tooLong(String what, long value, int limit) {
    return new PatternException(what + value + " limit=" + limit);
  }

  /** First octets of matches, and the state after them. */
  private record Prefix(Octets octets, int state) {}
}
