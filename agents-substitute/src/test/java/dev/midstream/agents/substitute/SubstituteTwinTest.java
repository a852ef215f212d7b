package dev.midstream.agents.substitute;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
final class SubstituteTwinTest {
  /** {@code -Dmidstream.seed=S -Dmidstream.rounds=1} replays the round of seed S alone. */
  private static final long FIRST_SEED = Long.getLong("midstream.seed", 1);

  private static final int SHORT_ROUNDS = Integer.getInteger("midstream.rounds", 3_000);
  private static final int LONG_ROUNDS = Integer.getInteger("midstream.rounds", 60);

  /** Each of the many streams has all single cuts, and so many random ones. */
  private static final int RANDOM_CUTS = Integer.getInteger("midstream.random-cuts", 15);

  @Test
  @DisplayName("HDP-8 matches the whole-stream rule on short streams of few octets")
  void matchesTwinOnShortStreams() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SHORT_ROUNDS; seed++) {
      compare(seed, new Shape(4, 5, 40, 3, false));
    }
  }

  @Test
  @DisplayName("HDP-8 matches the whole-stream rule on long streams with many pairs")
  void matchesTwinOnLongStreams() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + LONG_ROUNDS; seed++) {
      compare(seed, new Shape(24, 30, 600, 6, false));
    }
  }

  @Test
  @DisplayName("HDP-8 matches the whole-stream rule with patterns, words, limits and either case")
  void matchesTwinWithConditions() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SHORT_ROUNDS; seed++) {
      compare(seed, new Shape(4, 5, 40, 3, true));
    }
  }

  /** Upper bounds of the random values of a round, and whether pairs have conditions. */
  private record Shape(int pairs, int findBytes, int streamBytes, int letters, boolean isVaried) {}

  private static void compare(long seed, Shape shape) {
    Random random = new Random(seed);
    int letters = 1 + random.nextInt(shape.letters);
    List<GivenPair> pairs = pairs(random, shape, letters);
    byte[] before = stream(random, pairs, shape, letters);
    byte[] after = stream(random, pairs, shape, letters);
    NaiveSubstitution twin = new NaiveSubstitution(pairs);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.writeBytes(twin.replaceIn(before));
    expected.writeBytes(twin.replaceIn(after));
    Direction direction =
        random.nextBoolean() ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    List<Pair> compiled = pairs.stream().map(GivenPair::pair).toList();
    try {
      new AgentPlaybook(new SubstituteAgent(Map.of(direction, compiled)))
          .mayPassInSilence()
          .randomRounds(RANDOM_CUTS)
          .sends(direction, Octets.of(before))
          .silence(direction)
          .sends(direction, Octets.of(after))
          .ends(direction)
          .gets(direction, Octets.of(expected.toByteArray()))
          .play();
    } catch (AssertionError e) {
      throw new AssertionError(
          "seed="
              + seed
              + ", replay with -Dmidstream.seed="
              + seed
              + " -Dmidstream.rounds=1, shape="
              + shape
              + " pairs="
              + pairs,
          e);
    }
  }

  private static List<GivenPair> pairs(Random random, Shape shape, int letters) {
    List<GivenPair> pairs = new ArrayList<>();
    int count = 1 + random.nextInt(shape.pairs);
    int least = 1 + random.nextInt(shape.findBytes);
    for (int i = 0; i < count; i++) {
      int length = least + random.nextInt(shape.findBytes - least + 1);
      String find = letters(random, length, letters);
      String replacement = letters(random, random.nextInt(4), letters);
      pairs.add(
          shape.isVaried ? varied(random, find, replacement) : GivenPair.find(find, replacement));
    }
    return pairs;
  }

  /** A pair of {@code find}, or of a pattern like it, with conditions. */
  private static GivenPair varied(Random random, String find, String replacement) {
    boolean isPattern = random.nextBoolean();
    String text = isPattern ? patternLike(random, find) : find;
    return new GivenPair(
        text,
        isPattern,
        random.nextBoolean(),
        random.nextInt(3) == 0,
        random.nextInt(3) == 0 ? 1 + random.nextInt(3) : Pair.UNLIMITED,
        replacement);
  }

  /** A pattern that begins with a letter and may match {@code find}. */
  private static String patternLike(Random random, String find) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < find.length(); i++) {
      char letter = find.charAt(i);
      pattern.append(
          switch (random.nextInt(4)) {
            case 0 -> "[^" + letter + "]";
            case 1 -> "[ab ]";
            case 2 -> "(" + letter + "|" + letter + "b)";
            default -> letter;
          });
      boolean isRepeated = pattern.length() > 1 && random.nextInt(3) == 0;
      pattern.append(isRepeated ? random.nextBoolean() ? "{1,3}" : "{1,2}?" : "");
    }
    return pattern.toString();
  }

  /**
   * A stream of find strings and parts of them, so that matches, near matches and overlaps are
   * frequent.
   */
  private static byte[] stream(Random random, List<GivenPair> pairs, Shape shape, int letters) {
    StringBuilder stream = new StringBuilder();
    int length = random.nextInt(shape.streamBytes + 1);
    while (stream.length() < length) {
      String find = pairs.get(random.nextInt(pairs.size())).find().replaceAll("[^a-z ]", "");
      int kept = random.nextBoolean() ? find.length() : random.nextInt(1 + find.length());
      stream.append(find, 0, kept);
      stream.append(letters(random, random.nextInt(3), letters));
      stream.append(shape.isVaried && random.nextInt(3) == 0 ? " " : "");
      if (random.nextInt(8) == 0) {
        stream.append(letters(random, random.nextInt(shape.streamBytes), 120));
      }
    }
    String text = stream.toString();
    boolean isShouted = shape.isVaried && random.nextInt(3) == 0;
    return (isShouted ? text.toUpperCase(Locale.ROOT) : text).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String letters(Random random, int length, int letters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(letters)));
    }
    return text.toString();
  }
}
