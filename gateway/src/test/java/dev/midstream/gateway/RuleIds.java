package dev.midstream.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The ids of rules that a text names. Each family has one spelling: {@code H-41}, {@code law 3}.
 */
final class RuleIds {
  private static final String FAMILY = "(?<![\\w-])(?:HDP|HSI|PDP|LD|OWN|ACK|C|H|T)";
  private static final Pattern ID =
      Pattern.compile(
          FAMILY + "-[1-9]\\d*\\b|\\blaw \\d+\\b|\\blaws \\d+(?:(?:, | and | to )\\d+)+\\b");
  private static final Pattern LIKE_AN_ID =
      Pattern.compile(
          FAMILY + "[ _-]?\\d\\w*|(?i:\\blaws?)[ _-]?\\d\\w*|\\b(?:ENGINE|rule) \\d\\w*");
  private static final Pattern NUMBER_OR_RANGE = Pattern.compile("\\d+|to");

  private RuleIds() {}

  /** The ids in {@code text}, in order; {@code laws 1 to 3} are three. */
  static List<String> in(String text) {
    List<String> ids = new ArrayList<>();
    for (MatchResult match : ID.matcher(text).results().toList()) {
      if (match.group().startsWith("laws ")) {
        addLaws(match.group(), ids);
      } else {
        ids.add(match.group());
      }
    }
    return ids;
  }

  /** What looks like an id in {@code text} and is spelled in another way. */
  static List<String> misspelt(String text) {
    Set<Integer> places =
        ID.matcher(text).results().map(MatchResult::start).collect(Collectors.toSet());
    return LIKE_AN_ID
        .matcher(text)
        .results()
        .filter(match -> !places.contains(match.start()))
        .map(MatchResult::group)
        .toList();
  }

  private static void addLaws(String laws, List<String> ids) {
    int last = 0;
    boolean range = false;
    Matcher word = NUMBER_OR_RANGE.matcher(laws);
    while (word.find()) {
      if (word.group().equals("to")) {
        range = true;
        continue;
      }
      int law = Integer.parseInt(word.group());
      for (int number = range ? last + 1 : law; number <= law; number++) {
        ids.add("law " + number);
      }
      last = law;
      range = false;
    }
  }
}
