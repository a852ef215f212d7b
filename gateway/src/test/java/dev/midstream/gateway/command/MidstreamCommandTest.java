package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MidstreamCommandTest {
  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|missing command, see midstream --help",
        "check|missing required option: '--config=FILE', see midstream check --help",
        "check --config|missing required parameter for option '--config' (FILE),"
            + " see midstream check --help",
        "check --config a b|unmatched argument at index 3: 'b', see midstream check --help",
        "check --cnfig a|missing required option: '--config=FILE', see midstream check --help",
        "check --config a --json|unknown option: '--json', see midstream check --help",
        "check --config a @/etc/passwd|unmatched argument at index 3: '@/etc/passwd',"
            + " see midstream check --help",
        "chek|unmatched argument at index 0: 'chek', see midstream --help",
        "rewrite --config a b|missing required parameter: 'OUT', see midstream rewrite --help",
        "rewrite --config a --receiver both b c|invalid value for option '--receiver':"
            + " must be original or edited, value=both, see midstream rewrite --help"
      },
      quoteCharacter = '"')
  @DisplayName("bad usage is one line and exit code 2")
  void refusesBadUsage(String arguments, String line) {
    CommandRun run =
        CommandRun.of(arguments.equals("''") ? new Object[0] : (Object[]) arguments.split(" "));

    assertThat(run.errorLines()).containsExactly("midstream: " + line);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  @DisplayName("help and version go to stdout with exit code 0")
  void printsHelpAndVersion() {
    CommandRun help = CommandRun.of("--help");
    CommandRun checkHelp = CommandRun.of("check", "--help");
    CommandRun version = CommandRun.of("--version");

    assertThat(help.out()).contains("Usage: midstream", "check", "rewrite");
    assertThat(checkHelp.out()).contains("Usage: midstream check", "--config=FILE");
    assertThat(version.out()).startsWith("midstream ").hasLineCount(1);
    assertThat(help.exitCode() + checkHelp.exitCode() + version.exitCode()).isZero();
    assertThat(help.err() + checkHelp.err() + version.err()).isEmpty();
  }

  @Test
  @DisplayName("check prints ok and what the rules do")
  void acceptsValidConfiguration() throws Exception {
    Path config = directory.resolve("good.yaml");
    Files.writeString(
        config, "rules:\n  - {name: no-telnet, match: {destination-port: 23}, action: reject}\n");

    CommandRun run = CommandRun.of("check", "--config", config);

    assertThat(run.out().lines())
        .startsWith(
            config + ": ok",
            "mode enforce, 1 rule, otherwise allow",
            "  no-telnet: destination-port 23 -> reject (enforce)");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("check reports where events cannot be written, and creates no file")
  void refusesUnwritableEventsFile() throws Exception {
    Path events = directory.resolve("none/events.jsonl");
    Path config =
        Files.writeString(directory.resolve("c.yaml"), "events: {file: '" + events + "'}\n");

    CommandRun run = CommandRun.of("check", "--config", config);

    assertThat(run.errorLines())
        .containsExactly(
            "midstream: " + events + ": no such directory, directory=" + events.getParent());
    assertThat(run.exitCode()).isEqualTo(2);

    Files.createDirectories(directory.resolve("none"));
    assertThat(CommandRun.of("check", "--config", config).exitCode()).isZero();
    assertThat(events).doesNotExist();
  }

  @Test
  @DisplayName("check lists every problem with file and line, and ends with exit code 2")
  void listsEveryProblem() throws Exception {
    Path config = directory.resolve("bad.yaml");
    Files.writeString(config, "mode: x\nurgent: y\nrules:\n  - agent: nobody\n");

    CommandRun run = CommandRun.of("check", "--config", config);

    assertThat(run.errorLines())
        .hasSize(3)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("midstream: " + config + ":1: must be one of"),
            line -> assertThat(line).startsWith("midstream: " + config + ":2: must be one of"),
            line -> assertThat(line).startsWith("midstream: " + config + ":4: unknown agent"));
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("a missing configuration is one line and exit code 2")
  void refusesMissingConfiguration() {
    CommandRun run = CommandRun.of("check", "--config", "/nowhere/c.yaml");

    assertThat(run.errorLines()).containsExactly("midstream: /nowhere/c.yaml: no such file");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("an unexpected error is one line and exit code 1, with its stack trace on request")
  void reportsUnexpectedError() throws Exception {
    Rewriter failing =
        (_, _) -> {
          throw new IllegalStateException("a bug\nin two lines");
        };
    Object[] arguments = rewriteArguments();

    CommandRun quiet = CommandRun.of(failing, Map.of(), arguments);
    CommandRun loud = CommandRun.of(failing, Map.of("MIDSTREAM_DEBUG", "1"), arguments);

    String line =
        "midstream: unexpected error, error=java.lang.IllegalStateException: a bug?in two lines";
    assertThat(quiet.errorLines()).containsExactly(line);
    assertThat(loud.errorLines())
        .startsWith(line)
        .anyMatch(l -> l.startsWith("\tat dev.midstream"));
    assertThat(quiet.exitCode()).isEqualTo(1);
    assertThat(loud.exitCode()).isEqualTo(1);
  }

  @Test
  @DisplayName("even an error of the virtual machine is one line and exit code 1")
  void reportsVirtualMachineError() throws Exception {
    CommandRun run =
        CommandRun.of(
            (_, _) -> {
              throw new StackOverflowError();
            },
            Map.of(),
            rewriteArguments());

    assertThat(run.errorLines())
        .containsExactly("midstream: unexpected error, error=java.lang.StackOverflowError");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  @DisplayName("output that cannot be written is one line and exit code 1")
  void reportsUnwritableOutput() throws Exception {
    Path config = Files.writeString(directory.resolve("c.yaml"), "");
    StringWriter err = new StringWriter();

    int exitCode = runWithBrokenOutput(err, "check", "--config", config.toString());

    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString().lines())
        .containsExactly(
            "midstream: output cannot be written, its reader has closed it or its device is full");
  }

  @Test
  @DisplayName("unwritable output does not change the exit code of an earlier failure")
  void keepsExitCodeOfEarlierFailure() throws Exception {
    Path config = Files.writeString(directory.resolve("c.yaml"), "mode: x");

    assertThat(runWithBrokenOutput(new StringWriter(), "check", "--config", config.toString()))
        .isEqualTo(2);
  }

  private static int runWithBrokenOutput(StringWriter err, String... arguments) {
    return MidstreamCommand.run(
        new PrintWriter(new BrokenWriter(0)),
        new PrintWriter(err),
        Map.of(),
        arguments,
        new CheckCommand());
  }

  private Object[] rewriteArguments() throws Exception {
    Path config = Files.writeString(directory.resolve("c.yaml"), "");
    Path in = Files.writeString(directory.resolve("in.pcap"), "octets");
    return new Object[] {"rewrite", "--config", config, in, directory.resolve("out.pcap")};
  }
}
