package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.worlds.plan.WorldText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Worlds in which a law was broken, each with the fault. Each fault was in the engine, in a
 * simulated endpoint or in an oracle. The worlds lie in {@code once-broken.txt}: a line with the
 * fault, then the world as {@link WorldText}.
 */
class OnceBrokenTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("worlds")
  @DisplayName("a world that once broke a law keeps all of them")
  void keepsTheLaws(String fault, String world) {
    assertThat(Shrinker.broken(WorldText.read(world))).as(fault).isNull();
  }

  static Stream<Arguments> worlds() throws IOException {
    try (InputStream in = OnceBrokenTest.class.getResourceAsStream("once-broken.txt")) {
      assertThat(in).isNotNull();
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.split("\n\n", -1)).map(OnceBrokenTest::world);
    }
  }

  private static Arguments world(String entry) {
    int end = entry.indexOf('\n');
    return Arguments.of(entry.substring(0, end), entry.substring(end + 1));
  }
}
