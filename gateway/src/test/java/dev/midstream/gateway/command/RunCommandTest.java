package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.run.InlineRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
  @TempDir private Path directory;

  @Test
  @DisplayName("OWN-3 one line says that packets are forwarded, and the end is 0")
  void announcesThatItForwards() throws IOException {
    AtomicReference<Configuration> given = new AtomicReference<>();
    StringWriter out = new StringWriter();
    int exitCode =
        run(
            out,
            new StringWriter(),
            (configuration, _, ready) -> {
              given.set(configuration);
              ready.run();
            },
            "port: { inside: a, outside: b }");

    assertThat(exitCode).isEqualTo(ExitCode.DONE);
    assertThat(out.toString()).isEqualTo("midstream ready" + System.lineSeparator());
    assertThat(given.get().port().inside()).isEqualTo("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: enforce",
        "port: { inside: a }",
        "port: { kind: nfqueue, inside: a, outside: b }",
        "port: { inside: none-such-a, outside: none-such-b }",
        "port: { inside: lo, outside: lo }",
        "events: { file: /nowhere/events.jsonl }"
      })
  @DisplayName("OWN-3 what keeps it from running is one line, and exit code 2")
  void saysWhatKeepsItFromRunning(String text) throws IOException {
    StringWriter err = new StringWriter();
    int exitCode = run(new StringWriter(), err, new InlineRunner(), text);

    assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.startsWith("midstream: "));
  }

  private int run(StringWriter out, StringWriter err, Inline inline, String text)
      throws IOException {
    Path config = Files.writeString(directory.resolve("run.yaml"), text);
    return MidstreamCommand.run(
        new PrintWriter(out),
        new PrintWriter(err),
        Map.of(),
        new String[] {"run", "--config", config.toString()},
        new RunCommand(inline));
  }
}
