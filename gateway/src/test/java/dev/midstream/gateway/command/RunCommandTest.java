package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.run.InlineRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
  private static final String PORT = "port: { inside: a, outside: b }\n";

  /** Fails if it is called. */
  private static final InlineForwarder NEVER =
      (_, _, _) -> {
        throw new AssertionError("nothing is to be run");
      };

  @TempDir private Path directory;

  @Test
  @DisplayName("OWN-3 one line announces that packets are forwarded, and the exit code is 0")
  void announcesForwarding() throws IOException {
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
  @CsvSource({"admin.listen, :3", "admin, :3", "cluster.bind, ''", "port.none, :1", "on-exit, :2"})
  @DisplayName("OWN-3 what turns out to be impossible is said with the line of its key")
  void namesThePlaceOfWhatIsImpossible(String key, String line) throws IOException {
    StringWriter err = new StringWriter();
    int exitCode =
        run(
            new StringWriter(),
            err,
            (_, _, _) -> {
              throw new InputException("it is in use, error=test", key);
            },
            PORT + "on-exit: closed\nadmin: { listen: 127.0.0.1:9401 }\n");

    assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines())
        .containsExactly(
            "midstream: "
                + directory.resolve("run.yaml")
                + line
                + ": it is in use, error=test, key="
                + key);
  }

  @Test
  @DisplayName("OWN-3 forwarding that ends early is one line and exit code 1")
  void failsWhenForwardingEndsEarly() throws IOException {
    StringWriter err = new StringWriter();
    int exitCode =
        run(
            new StringWriter(),
            err,
            (configuration, _, ready) -> {
              ready.run();
              throw new FailureException("a worker failed, worker=1", new IllegalStateException());
            },
            "port: { inside: a, outside: b }");

    assertThat(exitCode).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .isEqualTo("midstream: a worker failed, worker=1" + System.lineSeparator());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mode: enforce",
        "port: { inside: a }",
        "port: { kind: nfqueue, inside: a, outside: b }",
        "port: { inside: none-such-a, outside: none-such-b }",
        "port: { inside: lo, outside: lo }",
        "on-exit: open\nport: { kind: tun, inside: a, outside: b }",
        "port: { inside: a, outside: b }\nevents: { file: /nowhere/events.jsonl }"
      })
  @DisplayName("OWN-3 a port that run cannot use is one line and exit code 2")
  void refusesUnusablePorts(String text) throws IOException {
    StringWriter err = new StringWriter();
    int exitCode = run(new StringWriter(), err, new InlineRunner(), text);

    assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.startsWith("midstream: "));
  }

  @ParameterizedTest
  @CsvSource({
    "--record DIR/a.pcapng --record-match nobody, there is no such rule",
    "--record DIR/a.pcapng, no rule has an agent",
    "--record DIR/none/a.pcapng, no such directory",
    "--record DIR, is a directory",
    "--record DIR/events.jsonl --record-match default, need a file of their own",
    "--record DIR/a.pcapng --record-match default --record-most 1KiB, must be bytes",
    "--record DIR/a.pcapng --record-match default --record-most 1GB, must be bytes",
    "--record-match default, need --record",
    "--record-most 1MiB, need --record"
  })
  @DisplayName("OWN-3 contradictory options of a recording are one line and exit code 2")
  void refusesContradictoryRecordings(String options, String problem) throws IOException {
    StringWriter err = new StringWriter();
    int exitCode =
        run(
            new StringWriter(),
            err,
            NEVER,
            PORT + "events: { file: " + directory.resolve("events.jsonl") + " }",
            options.replace("DIR", directory.toString()).split(" "));

    assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines()).singleElement().asString().contains(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "'port: { kind: nfqueue }|on-exit: open', :1: :2:",
    "'port: { inside: a, outside: b }|mode: x', :2:",
    "'mode: enforce|urgent: x', :1: :2:"
  })
  @DisplayName("OWN-3 all problems of the port are reported at once, with their lines")
  void listsAllProblemsOfThePort(String text, String lines) throws IOException {
    StringWriter err = new StringWriter();
    int exitCode = run(new StringWriter(), err, NEVER, text.replace('|', '\n'));

    assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString().lines())
        .extracting(line -> line.replaceFirst("midstream: .*run.yaml(:[0-9]+:) .*", "$1"))
        .containsExactly(lines.split(" "));
  }

  @Test
  @DisplayName("OWN-3 events that would overwrite the configuration are refused")
  void refusesEventsInTheConfiguration() throws IOException {
    Path config = directory.resolve("run.yaml");
    for (Path events : List.of(config, linkTo(config))) {
      String text = PORT + "events: { file: " + events + " }\n";

      assertRefused(text, events + ": events need a file of their own, shared with=" + config);
      assertThat(config).hasContent(text);
    }
  }

  @Test
  @DisplayName("OWN-3 a recording that would overwrite the configuration or the events is refused")
  void refusesToRecordOverOtherFiles() throws IOException {
    Path config = directory.resolve("run.yaml");
    Path events = Files.writeString(directory.resolve("events.jsonl"), "");
    Path second = Files.createLink(directory.resolve("second"), events);
    String text = PORT + "events: { file: " + events + " }\n";
    String problem = ": recordings need a file of their own, shared with=";

    assertRefused(text, config + problem + config, "--record", config.toString());
    Path link = linkTo(config);
    assertRefused(text, link + problem + config, "--record", link.toString());
    assertRefused(text, second + problem + events, "--record", second.toString());
    assertThat(config).hasContent(text);
  }

  @Test
  @DisplayName("OWN-3 connections of rules with an agent are recorded, or those of the named rules")
  void choosesRulesToRecord() throws IOException {
    String rules =
        PORT
            + """
            rules:
              - { name: edit, agent: substitute, settings: { client-to-server: { find: a, replace: b } } }
              - { name: deny, action: drop }
            """;
    String file = directory.resolve("a.pcapng").toString();

    assertThat(recorded(rules, "--record", file))
        .isEqualTo(new RecordRequest(Path.of(file), 1L << 30, Set.of("edit")));
    assertThat(
            recorded(
                rules,
                "--record",
                file,
                "--record-match",
                "deny",
                "--record-match",
                "default",
                "--record-most",
                "1MiB"))
        .isEqualTo(new RecordRequest(Path.of(file), 1L << 20, Set.of("deny", "default")));
    assertThat(recorded(rules)).isNull();
  }

  private Path linkTo(Path file) throws IOException {
    return Files.createSymbolicLink(directory.resolve("link"), file);
  }

  private void assertRefused(String text, String problem, String... options) throws IOException {
    StringWriter err = new StringWriter();
    int exitCode = run(new StringWriter(), err, NEVER, text, options);

    assertThat(err.toString().lines()).containsExactly("midstream: " + problem);
    assertThat(exitCode).isEqualTo(ExitCode.REFUSED);
  }

  private @Nullable RecordRequest recorded(String text, String... options) throws IOException {
    AtomicReference<@Nullable RecordRequest> given = new AtomicReference<>();
    StringWriter err = new StringWriter();
    int exitCode = run(new StringWriter(), err, (_, record, _) -> given.set(record), text, options);
    assertThat(exitCode).as(err.toString()).isZero();
    return given.get();
  }

  private int run(
      StringWriter out, StringWriter err, InlineForwarder forwarder, String text, String... options)
      throws IOException {
    Path config = Files.writeString(directory.resolve("run.yaml"), text);
    return MidstreamCommand.run(
        new PrintWriter(out),
        new PrintWriter(err),
        Map.of(),
        Stream.concat(Stream.of("run", "--config", config.toString()), Stream.of(options))
            .toArray(String[]::new),
        new RunCommand(forwarder));
  }
}
