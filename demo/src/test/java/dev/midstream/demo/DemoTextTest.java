package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "a \"quoted\" one", "back\\slash", "it's: #1 %s", "ümläut 名 😀 \u2028"})
  void quotesAnyNameOfTheEventsFile(String name) throws Exception {
    Path events = Path.of("/directory", name, "events.jsonl");

    JsonNode configuration = new YAMLMapper().readTree(DemoText.configuration(events));

    assertThat(configuration.at("/events/file").asText()).isEqualTo(events.toString());
    assertThat(configuration.at("/events/per-second").asInt())
        .as("every edit is an event")
        .isEqualTo(1_000_000);
    assertThat(configuration.path("rules")).hasSize(6);
  }
}
