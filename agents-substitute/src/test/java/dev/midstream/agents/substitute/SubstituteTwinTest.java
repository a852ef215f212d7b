package dev.midstream.agents.substitute;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  @DisplayName("HDP-8 matches the whole-stream rule on short streams of few octets")
  void matchesTwinOnShortStreams() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SHORT_ROUNDS; seed++) {
      compare(seed, new Shape(4, 5, 40, 3));
    }
  }

  @Test
  @DisplayName("HDP-8 matches the whole-stream rule on long streams with many pairs")
  void matchesTwinOnLongStreams() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + LONG_ROUNDS; seed++) {
      compare(seed, new Shape(24, 30, 600, 6));
    }
  }

  /** Upper bounds of the random values of a round. */
  private record Shape(int pairs, int findBytes, int streamBytes, int letters) {}

  private static void compare(long seed, Shape shape) {
    Random random = new Random(seed);
    int letters = 1 + random.nextInt(shape.letters);
    List<Pair> pairs = pairs(random, shape, letters);
    byte[] before = stream(random, pairs, shape.streamBytes, letters);
    byte[] after = stream(random, pairs, shape.streamBytes, letters);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.writeBytes(NaiveSubstitution.replaceAll(pairs, before));
    expected.writeBytes(NaiveSubstitution.replaceAll(pairs, after));
    Direction direction =
        random.nextBoolean() ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    try {
      new AgentPlaybook(new SubstituteAgent(Map.of(direction, pairs)))
          .mayPassInSilence()
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

  private static List<Pair> pairs(Random random, Shape shape, int letters) {
    List<Pair> pairs = new ArrayList<>();
    int count = 1 + random.nextInt(shape.pairs);
    int least = 1 + random.nextInt(shape.findBytes);
    for (int i = 0; i < count; i++) {
      int length = least + random.nextInt(shape.findBytes - least + 1);
      pairs.add(
          new Pair(
              Octets.of(octets(random, length, letters)),
              Octets.of(octets(random, random.nextInt(4), letters))));
    }
    return pairs;
  }

  /**
   * A stream of find strings and parts of them, so that matches, near matches and overlaps are
   * frequent.
   */
  private static byte[] stream(Random random, List<Pair> pairs, int most, int letters) {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    int length = random.nextInt(most + 1);
    while (stream.size() < length) {
      byte[] find = pairs.get(random.nextInt(pairs.size())).find().toArray();
      int kept = random.nextBoolean() ? find.length : random.nextInt(find.length);
      stream.write(find, 0, kept);
      stream.writeBytes(octets(random, random.nextInt(3), letters));
      if (random.nextInt(8) == 0) {
        stream.writeBytes(octets(random, random.nextInt(most), 200));
      }
    }
    return stream.toByteArray();
  }

  private static byte[] octets(Random random, int length, int letters) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) ('a' + random.nextInt(letters));
    }
    return octets;
  }
}
