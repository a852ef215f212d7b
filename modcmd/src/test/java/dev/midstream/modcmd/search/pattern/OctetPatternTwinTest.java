package dev.midstream.modcmd.search.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.SeededRounds;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares patterns with {@link java.util.regex}, each octet as a character. */
final class OctetPatternTwinTest {
  private static final int ROUNDS = 30_000;
  private static final int SOME_ROUNDS = 2_000;
  private static final int VIEWS = 4;

  private static final String[] SINGLES = {
    "a", "b", "c", "A", "_", " ", ".", "\\.", "\\x61", "[ab]", "[^a]", "[^bB]", "[a-c ]", "\\w",
    "\\W", "\\d", "\\s", "[\\w.]", "[A-_]"
  };

  private static final String LETTERS = "aaabbbcABC_. \n1";

  @Test
  @Tag("slow")
  @DisplayName("HDP-8 agrees with java.util.regex on the match and on when it is decided")
  void agreesWithTwin() {
    SeededRounds.run(ROUNDS, ROUNDS, OctetPatternTwinTest::compare);
  }

  @Test
  @DisplayName("HDP-8 agrees with java.util.regex on some patterns")
  void agreesWithTwinOnSomePatterns() {
    SeededRounds.run(SOME_ROUNDS, SOME_ROUNDS, OctetPatternTwinTest::compare);
  }

  private static long compare(RandomGenerator random) {
    String text = choice(random, 3);
    Set<PatternOption> options = EnumSet.noneOf(PatternOption.class);
    for (PatternOption option : PatternOption.values()) {
      if (random.nextBoolean()) {
        options.add(option);
      }
    }
    OctetPattern pattern;
    try {
      pattern = OctetPattern.of(text, options, PatternLimits.STATES);
    } catch (PatternException e) {
      assertThat(e)
          .as(text)
          .hasMessageMatching("(matches no octets|repeats a part|needs too large|repetitions).*");
      return 0;
    }
    String after = options.contains(PatternOption.ENDS_WORD) ? "(?![A-Za-z0-9_])" : "";
    int fold = options.contains(PatternOption.IGNORE_CASE) ? Pattern.CASE_INSENSITIVE : 0;
    Matcher twin =
        Pattern.compile("(?:" + text + ")" + after, Pattern.UNIX_LINES | fold).matcher("");
    long matches = 0;
    for (int i = 0; i < VIEWS; i++) {
      matches += compareEverywhere(pattern, twin, stream(random), text + " " + options);
    }
    return matches;
  }

  /** Compares at each place; returns the number of matches. */
  @SuppressWarnings("JdkObsolete") // whether the twin looked beyond the end is what is compared
  private static long compareEverywhere(
      OctetPattern pattern, Matcher twin, String stream, String what) {
    byte[] octets = stream.getBytes(StandardCharsets.ISO_8859_1);
    MemoryView view = new MemoryView().show(MemorySegment.ofArray(octets), 0, octets.length, 0);
    long matches = 0;
    for (int at = 0; at < octets.length; at++) {
      String place = "%s in \"%s\" at %d".formatted(what, stream, at);
      int expected = length(twin.reset(stream), at);
      boolean wantsMore = twin.hitEnd();
      assertThat(pattern.lengthAt(view, at, true)).as(place).isEqualTo(expected);
      matches += expected == OctetPattern.NONE ? 0 : 1;
      int undecided = pattern.lengthAt(view, at, false);
      if (undecided == OctetPattern.UNDECIDED) {
        assertThat(wantsMore).as(place).isTrue();
        assertThat(octets.length - at).as(place).isLessThan(pattern.decidingLength());
        continue;
      }
      assertThat(undecided).as(place).isEqualTo(expected);
      for (int i = 0; i < LETTERS.length(); i++) {
        char next = LETTERS.charAt(i);
        assertThat(length(twin.reset(stream + next), at)).as(place + next).isEqualTo(expected);
      }
      assertThat(expected == OctetPattern.NONE || isBetween(pattern, expected)).as(place).isTrue();
    }
    return matches;
  }

  private static boolean isBetween(OctetPattern pattern, int length) {
    return length >= pattern.shortest() && length <= pattern.longest();
  }

  private static int length(Matcher twin, int at) {
    twin.useTransparentBounds(true).region(at, twin.regionEnd());
    return twin.lookingAt() ? twin.end() - at : OctetPattern.NONE;
  }

  private static String choice(RandomGenerator random, int depth) {
    StringBuilder text = new StringBuilder(sequence(random, depth));
    while (random.nextInt(4) == 0) {
      text.append('|').append(sequence(random, depth));
    }
    return text.toString();
  }

  private static String sequence(RandomGenerator random, int depth) {
    StringBuilder text = new StringBuilder();
    for (int parts = random.nextInt(4); parts > 0; parts--) {
      boolean isGroup = depth > 0 && random.nextInt(3) == 0;
      text.append(
          isGroup
              ? (random.nextBoolean() ? "(" : "(?:") + choice(random, depth - 1) + ")"
              : SINGLES[random.nextInt(SINGLES.length)]);
      text.append(repetition(random));
    }
    return text.toString();
  }

  private static String repetition(RandomGenerator random) {
    int least = random.nextInt(3);
    return switch (random.nextInt(6)) {
      case 0 -> "?" + lazy(random);
      case 1 -> "{" + least + "}" + lazy(random);
      case 2 -> "{" + least + "," + (least + random.nextInt(3)) + "}" + lazy(random);
      default -> "";
    };
  }

  private static String lazy(RandomGenerator random) {
    return random.nextInt(3) == 0 ? "?" : "";
  }

  private static String stream(RandomGenerator random) {
    StringBuilder stream = new StringBuilder();
    for (int length = 1 + random.nextInt(9); length > 0; length--) {
      stream.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return stream.toString();
  }
}
