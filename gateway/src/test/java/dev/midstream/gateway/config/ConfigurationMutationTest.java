package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class ConfigurationMutationTest {
  private static final String[] PIECES = {
    "\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!!x ",
    "|",
    ">",
    "?",
    "%",
    "@",
    "~",
    "0",
    "-1",
    "99999999999999999999",
    "1h",
    "any",
    "\u0000",
    "\uFEFF",
    "é",
    "<<"
  };

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("a mutated file is accepted or refused with problems of one line each")
  void reportsProblemsOfMutatedFiles() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 1_500; round++) {
      byte[] octets = mutated(random);
      try {
        LoadedText.load(directory, octets);
      } catch (ConfigurationException e) {
        refused++;
        assertThat(e.lines())
            .as("new Random(%dL), round %d", seed, round)
            .isNotEmpty()
            .allSatisfy(line ->
                assertThat(line).matches("(?s).*c\\.yaml:[1-9][0-9]*: .+").doesNotContain("\n"));
      } catch (RuntimeException | Error e) {
        fail(
            "new Random(%dL), round %d: %s"
                .formatted(seed, round, new String(octets, StandardCharsets.UTF_8)),
            e);
      }
    }
    assertThat(refused).isGreaterThan(375);
  }

  private static byte[] mutated(Random random) {
    StringBuilder text = new StringBuilder(ConfigurationTest.EVERY_KEY);
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, text.substring(at, end));
        case 2 -> text.setLength(Math.max(1, text.length() - random.nextInt(40)));
        default -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
      }
    }
    byte[] octets = text.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(4) == 0) {
      octets[random.nextInt(octets.length)] = (byte) random.nextInt();
    }
    return octets;
  }
}
