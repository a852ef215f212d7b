package dev.midstream.worlds.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.TakeoverCounts;
import dev.midstream.worlds.plan.CrowdDraw;
import dev.midstream.worlds.plan.CrowdText;
import dev.midstream.worlds.plan.CrowdWorld;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many connections in one engine under shared limits, with ports that are used again; {@code
 * -Dmidstream.effort} multiplies the worlds. Worlds that once broke a law lie in {@code
 * once-broken-crowds.txt}: a line with the fault, then the world as {@link CrowdText}.
 */
@Tag("worlds")
class CrowdWorldsTest {
  private static final int WORLDS = 120;

  @Test
  @DisplayName(
      "T-14 H-24 H-38 H-39 C-40 C-65 C-66 laws 1 to 8, 10 and 11 hold for crowds in one engine")
  void keepsTheLawsInACrowd() {
    TakeoverCounts counts = new TakeoverCounts("crowds");
    SeededRounds.runSeeds(WORLDS, seed -> run(CrowdDraw.of(seed), counts));
    counts.print();
    assertThat(SeededRounds.isReplay() || counts.takeovers() > 0).isTrue();
  }

  private static void run(CrowdWorld world, TakeoverCounts counts) {
    LawBroken broken =
        CrowdShrinker.broken(world, run -> counts.add(run.takeovers(), run.handOvers()));
    if (broken != null) {
      CrowdWorld simplest = new CrowdShrinker(broken.law(), world).run();
      LawBroken again = CrowdShrinker.broken(simplest);
      String what = (again == null ? broken : again).getMessage();
      throw new AssertionError(what + "\n" + simplest, broken);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("onceBroken")
  @DisplayName("a crowd that once broke a law keeps all of them")
  void keepsTheLaws(String fault, String world) {
    assertThat(CrowdShrinker.broken(CrowdText.read(world))).as(fault).isNull();
  }

  static Stream<Arguments> onceBroken() throws IOException {
    try (InputStream in = CrowdWorldsTest.class.getResourceAsStream("once-broken-crowds.txt")) {
      assertThat(in).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.strip().split("\n\n", -1)).map(CrowdWorldsTest::crowd);
    }
  }

  private static Arguments crowd(String entry) {
    int end = entry.indexOf('\n');
    return Arguments.of(entry.substring(0, end), entry.substring(end + 1));
  }

  @Test
  @DisplayName("a crowd written as text is the same crowd")
  void readsWhatItWrites() {
    for (long seed = 1; seed <= 50; seed++) {
      CrowdWorld world = CrowdDraw.of(seed);
      assertThat(CrowdText.read(CrowdText.of(world))).isEqualTo(world);
    }
  }
}
