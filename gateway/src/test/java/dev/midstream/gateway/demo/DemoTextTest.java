package dev.midstream.gateway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTextTest {
  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "a \"quoted\" one", "back\\slash", "it's: #1 %s", "ümläut 名 😀 \u2028"})
  void theConfigurationNamesWhateverPlaceIsGiven(String name) throws Exception {
    Path events = directory.resolve(name).resolve("events.jsonl");
    Files.createDirectories(events.getParent());
    Path file = Files.writeString(directory.resolve("run.yaml"), DemoText.configuration(events));
    Configuration configuration = ConfigurationFile.load(file);
    assertThat(configuration.eventsFile()).isEqualTo(events);
    assertThat(configuration.eventsPerSecond()).as("every edit is an event").isEqualTo(1_000_000);
    assertThat(configuration.rules().rules()).hasSize(2);
  }
}
