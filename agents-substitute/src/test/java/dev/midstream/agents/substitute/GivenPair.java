package dev.midstream.agents.substitute;

import dev.midstream.agent.Octets;
import dev.midstream.modcmd.search.pattern.OctetPattern;
import dev.midstream.modcmd.search.pattern.PatternException;
import dev.midstream.modcmd.search.pattern.PatternLimits;
import dev.midstream.modcmd.search.pattern.PatternOption;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** A pair as it is given by settings, and its pattern for {@link java.util.regex}. */
record GivenPair(
    String find,
    boolean isPattern,
    boolean ignoresCase,
    boolean wholeWords,
    int limit,
    String replacement) {

  /** A string and its replacement, one octet for each character. */
  static GivenPair find(String find, String replacement) {
    return new GivenPair(find, false, false, false, Pair.UNLIMITED, replacement);
  }

  /** A pattern and its replacement. */
  static GivenPair pattern(String pattern, String replacement) {
    return new GivenPair(pattern, true, false, false, Pair.UNLIMITED, replacement);
  }

  GivenPair ignoringCase() {
    return new GivenPair(find, isPattern, true, wholeWords, limit, replacement);
  }

  GivenPair asWholeWords() {
    return new GivenPair(find, isPattern, ignoresCase, true, limit, replacement);
  }

  GivenPair atMost(int times) {
    return new GivenPair(find, isPattern, ignoresCase, wholeWords, times, replacement);
  }

  /** The pair for an agent. */
  Pair pair() {
    Find compiled = isPattern ? findPattern() : findText();
    return new Pair(compiled, Octets.ofLatin1(replacement), wholeWords, limit);
  }

  /** The same pair for the Java library, which reads one octet as one character. */
  Pattern regex() {
    String regex = isPattern ? "(?:" + find + ")" : Pattern.quote(find);
    String words = "(?<![A-Za-z0-9_])" + regex + "(?![A-Za-z0-9_])";
    int fold = ignoresCase ? Pattern.CASE_INSENSITIVE : 0;
    return Pattern.compile(wholeWords ? words : regex, Pattern.UNIX_LINES | fold);
  }

  private Find findText() {
    return new FindText(Octets.ofLatin1(find), ignoresCase, wholeWords);
  }

  private Find findPattern() {
    Set<PatternOption> options = EnumSet.noneOf(PatternOption.class);
    if (ignoresCase) {
      options.add(PatternOption.IGNORE_CASE);
    }
    if (wholeWords) {
      options.add(PatternOption.ENDS_WORD);
    }
    try {
      return new FindPattern(OctetPattern.of(find, options, PatternLimits.STATES));
    } catch (PatternException e) {
      throw new IllegalArgumentException(find, e);
    }
  }
}
