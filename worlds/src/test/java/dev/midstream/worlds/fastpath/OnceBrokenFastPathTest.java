package dev.midstream.worlds.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.worlds.law.WorldRun;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Worlds with a fast path in which a law was broken. They lie in {@code once-broken.txt}: a line
 * with the fault, one with the seed of the changes of hands, then the world as {@link WorldText}.
 * Most were found while the engine gave connections away at once; each is run both ways.
 */
class OnceBrokenFastPathTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("worlds")
  @DisplayName("a world with a fast path that once broke a law keeps all of them")
  void keepsTheLaws(String fault, long seed, String text) {
    SimulatedWorld world = WorldText.read(text);
    for (boolean isQueued : List.of(false, true)) {
      HandOver hands = new HandOver(HandOverPlan.of(world, seed).queued(isQueued), seed);
      new WorldRun(world, hands).runRecorded();
      assertThat(hands.entries()).as("%s queued=%s", fault, isQueued).isZero();
    }
  }

  static Stream<Arguments> worlds() throws IOException {
    try (InputStream in = OnceBrokenFastPathTest.class.getResourceAsStream("once-broken.txt")) {
      assertThat(in).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n\n", -1))
          .map(each -> Arguments.of((Object[]) each.split("\n", 3)));
    }
  }
}
