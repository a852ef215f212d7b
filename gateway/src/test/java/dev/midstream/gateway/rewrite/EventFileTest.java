package dev.midstream.gateway.rewrite;

import static dev.midstream.gateway.rewrite.CaptureBuilder.client;
import static dev.midstream.gateway.rewrite.CaptureBuilder.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.gateway.command.CommandRun;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.event.EventFile;
import dev.midstream.gateway.output.OwnedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  private static final String CONNECTION = "10.0.0.1:40000 > 10.0.0.2:80";

  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");
  private Path in = Path.of("");
  private Path out = Path.of("");
  private Path events = Path.of("");

  @BeforeEach
  void write() throws IOException {
    config = directory.resolve("c.yaml");
    out = directory.resolve("out.pcap");
    events = directory.resolve("events.jsonl");
    CaptureBuilder odd =
        CaptureBuilder.opened()
            .at(1.5)
            .data(client(), 1, 1, "good")
            .at(2)
            .data(client(), 1, 1, "evil")
            .at(3)
            .data(client(), 9, 1, "behind a gap")
            .ack(server(), 1, 21)
            .at(60.000001)
            .ack(server(), 1, 21);
    in = Files.write(directory.resolve("in.pcap"), odd.octets());
  }

  @Test
  @DisplayName("each event is a line with the time of the packet or timer that caused it")
  void writesEventsWithTheTimeOfTheirCause() throws IOException {
    assertThat(run(events).exitCode()).isZero();

    assertThat(lines())
        .containsExactly(
            Map.of(
                "time", "1970-01-01T00:00:02Z",
                "reason", "inconsistent-retransmission",
                "connection", CONNECTION,
                "text", "repeated octets differ offset=0"),
            Map.of(
                "time", "1970-01-01T00:00:04Z",
                "reason", "gap",
                "connection", CONNECTION,
                "text", "gap at offset=4"));
  }

  @Test
  void emptiesAnExistingFile() throws IOException {
    Files.writeString(events, "old\n".repeat(1_000));

    run(events);

    assertThat(lines()).hasSize(2);
  }

  @Test
  @DisplayName("a capture without events leaves an empty file")
  void writesEmptyFile() throws IOException {
    Files.write(in, CaptureBuilder.opened().octets());

    run(events);

    assertThat(events).isEmptyFile();
  }

  @Test
  @DisplayName("a file that cannot be written is one line, and nothing is rewritten")
  void refusesUnwritableFile() throws IOException {
    assertRefused(directory.resolve("none/events"), "no such directory, directory=");
    assertRefused(directory, "is a directory");
  }

  @Test
  @DisplayName("a file that cannot be opened is refused with its name and the reason")
  void refusesAFileThatCannotBeOpened() {
    Path below = in.resolve("events");

    assertThatThrownBy(() -> EventFile.open(below).close())
        .isInstanceOf(InputException.class)
        .hasMessage(below + ": events cannot be written, error=Not a directory");
  }

  @Test
  @DisplayName("the configuration or a capture is refused as the file of events")
  void refusesSharedFile() throws IOException {
    byte[] before = Files.readAllBytes(in);

    assertRefused(in, "events need a file of their own");
    assertRefused(out, "events need a file of their own");
    assertRefused(config, "events need a file of their own");
    assertRefused(
        directory.resolve("x/..").resolve(out.getFileName()), "events need a file of their own");

    assertThat(in).hasBinaryContent(before);
  }

  @Test
  @DisplayName("OWN-3 a file of events that another program writes is refused and stays as it is")
  void refusesFileInUse() throws IOException {
    try (FileChannel other = OwnedFile.open(events)) {
      int ignored = other.write(ByteBuffer.wrap(new byte[] {'a', '\n'}));
      assertRefused(events, "another program writes to it");
    }
    assertThat(events).hasContent("a\n");
  }

  @Test
  @DisplayName("a full device is one line that names the file, and exit code 1")
  void reportsFullDevice() throws IOException {
    Path full = Path.of("/dev/full");
    assumeThat(full).as("this system has no /dev/full").exists();

    CommandRun run = run(full);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errorLines().getLast())
        .endsWith("/dev/full: events cannot be written, error=No space left on device");
    assertThat(out).doesNotExist();
  }

  private void assertRefused(Path file, String why) throws IOException {
    CommandRun run = run(file);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errorLines())
        .singleElement()
        .asString()
        .startsWith("midstream: " + file + ": " + why);
    assertThat(out).doesNotExist();
  }

  private CommandRun run(Path file) throws IOException {
    Object settings =
        Map.of("client-to-server", List.of(Map.of("find", "never", "replace", "found")));
    Object rule = Map.of("name", "all", "agent", "substitute", "settings", settings);
    Files.writeString(
        config,
        new JsonMapper()
            .writeValueAsString(
                Map.of("rules", List.of(rule), "events", Map.of("file", file.toString()))));
    return CommandRun.of(
        new CaptureRewriter(() -> 0, false), Map.of(), "rewrite", "--config", config, in, out);
  }

  private List<Map<?, ?>> lines() throws IOException {
    List<Map<?, ?>> lines = new ArrayList<>();
    for (String line : Files.readAllLines(events)) {
      lines.add(new JsonMapper().readValue(line, Map.class));
    }
    return lines;
  }
}
