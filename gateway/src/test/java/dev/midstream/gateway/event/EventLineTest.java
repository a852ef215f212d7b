package dev.midstream.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Any text of an agent stays one line, in both kinds of files. */
class EventLineTest {
  private static final List<String> TEXTS =
      List.of(
          "first",
          "user \ud83d",
          "\udc4d user",
          "\ud83d\udc4d stays",
          "\u00fcber",
          "a\nb\r\u2028c\u0085d\u0000\ufeff\"\\",
          "last");
  private static final List<String> WRITTEN =
      TEXTS.stream()
          .map(text -> text.equals("user \ud83d") ? "user ?" : text)
          .map(text -> text.equals("\udc4d user") ? "? user" : text)
          .toList();

  @TempDir private Path directory;
  private Path file = Path.of("");

  @BeforeEach
  void name() {
    file = directory.resolve("events.jsonl");
  }

  @Test
  @Timeout(20)
  @DisplayName("OWN-3 no character tears or loses a line of a journal")
  void journalKeepsEveryLine() throws Exception {
    List<String> log = new ArrayList<>();
    EventJournal journal = EventJournal.open(file, 100, (_, line) -> log.add(line));
    addAll(journal.newEvents());
    while (journal.counts().written() < TEXTS.size()) {
      Thread.onSpinWait();
    }
    journal.close();

    assertThat(texts()).isEqualTo(WRITTEN);
    assertThat(journal.counts()).isEqualTo(new EventJournal.Counts(TEXTS.size(), 0, 0));
    assertThat(log).isEmpty();
  }

  @Test
  @DisplayName("no character tears a line of a capture's events or ends the work")
  void eventFileKeepsEveryLine() throws Exception {
    try (EventFile events = EventFile.open(file)) {
      addAll(events.newEvents());
    }

    assertThat(texts()).isEqualTo(WRITTEN);
  }

  private static void addAll(EventSink events) {
    TEXTS.forEach(text -> events.event(Reason.AGENT_FAILED, "", text));
  }

  private List<String> texts() throws IOException {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      JsonNode json = new JsonMapper().readTree(line);
      texts.add(json.path("text").asText());
    }
    return texts;
  }
}
