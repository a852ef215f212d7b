package dev.midstream.agents.substitute;

import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.search.pattern.OctetPattern;
import java.util.List;

/** What a pair looks for. Immutable. */
sealed interface Find permits FindText, FindPattern {
  /** No match starts here. */
  int NONE = OctetPattern.NONE;

  /** More octets are needed to decide whether a match starts here, and how long it is. */
  int UNDECIDED = OctetPattern.UNDECIDED;

  /** The fewest octets of a match; at least 1. */
  int shortest();

  /** The most octets of a match. */
  int longest();

  /** The number of octets from which on a match at their front is never undecided. */
  int decidingLength();

  /**
   * The length of the match that starts at {@code at}, {@link #NONE} or {@link #UNDECIDED}. If
   * {@code isLast}, no octets follow the view and the result is never {@link #UNDECIDED}. The octet
   * before {@code at} does not count.
   */
  int lengthAt(OctetView view, int at, boolean isLast);

  /**
   * The first octets of all matches: strings that are as long as possible while there are at most
   * {@code limit} of them, but of 1 octet or more.
   */
  List<Octets> prefixes(int limit);
}
