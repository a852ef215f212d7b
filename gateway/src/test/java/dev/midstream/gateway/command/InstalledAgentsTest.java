package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Configurations of the agents that come with the program. */
class InstalledAgentsTest {
  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");

  @BeforeEach
  void name() {
    config = directory.resolve("c.yaml");
  }

  @Test
  @DisplayName("the example is a valid configuration")
  void acceptsTheExample() {
    CommandRun run = CommandRun.of("check", "--config", "../examples/hello.yaml");

    assertThat(run.out().lines())
        .startsWith(
            "../examples/hello.yaml: ok",
            "mode enforce, 1 rule, otherwise allow",
            "  greeting: destination-port 7000 -> agent substitute (enforce)");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName(
      "HDP-8 problems of an agent's settings are reported with their lines, among the others")
  void reportsProblemsOfAgentSettings() throws Exception {
    CommandRun run =
        check(
            """
            rules:
              - agent: substitute
                settings:
                  client-to-server:
                    - { replace: x }
                    - { find: "", replace: x }
                  server-to-clent: []
            mode: x
            """);

    assertThat(run.errorPositions())
        .containsExactly(
            "midstream: " + config + ":5",
            "midstream: " + config + ":6",
            "midstream: " + config + ":7",
            "midstream: " + config + ":8");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("HDP-8 a pair that can never match is a warning")
  void warnsOfUnreachablePair() throws Exception {
    CommandRun run =
        check(
            """
            rules:
              - agent: substitute
                settings:
                  client-to-server:
                    - { find: ab, replace: x }
                    - { find: abc, replace: y }
            """);

    assertThat(run.errorLines())
        .singleElement()
        .asString()
        .startsWith("midstream: warning: " + config + ":6: ");
    assertThat(run.out()).startsWith(config + ": ok");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("HDP-8 a find string longer than the hold limit is a warning")
  void warnsOfFindStringBeyondHoldLimit() throws Exception {
    String rule =
        """
        rules:
          - name: greeting
            agent: substitute
            settings: { client-to-server: [ { find: Hello world, replace: x } ] }
        """;
    CommandRun run = check(rule + "limits: { hold-bytes: 9 }");

    assertThat(run.errorLines())
        .containsExactly(
            "midstream: warning: "
                + config
                + ":2: the agent may hold more than limits.hold-bytes allows,"
                + " rule=greeting may-hold=10 hold-bytes=9");
    assertThat(run.exitCode()).isZero();
    assertThat(check(rule + "limits: { hold-bytes: 10 }").errorLines()).isEmpty();
    assertThat(check(rule + "    mode: off\nlimits: { hold-bytes: 9 }").errorLines()).isEmpty();
    assertThat(check(rule + "    hold-bytes: 10\nlimits: { hold-bytes: 9 }").errorLines())
        .isEmpty();
    assertThat(check(rule + "    hold-bytes: 9").errorLines())
        .singleElement()
        .asString()
        .endsWith(" more than hold-bytes allows, rule=greeting may-hold=10 hold-bytes=9");
  }

  @ParameterizedTest
  @CsvSource({
    "pass, enforce, Hi there, true",
    "pick-up, enforce, Hello whole wide world, true",
    "reset, enforce, Hi there, false",
    "drop, enforce, Hi there, false",
    "pass, monitor, Hi there, false",
    "pass, enforce, HELLO WORLD, false"
  })
  @DisplayName("OWN-3 connections that a restart would break are a warning")
  void warnsOfConnectionsBrokenByARestart(
      String midStream, String mode, String replace, boolean warns) throws Exception {
    CommandRun run =
        check(
            """
            port: { kind: tun, inside: t0, outside: t1 }
            mid-stream: %s
            rules:
              - agent: substitute
                mode: %s
                settings: { client-to-server: [ { find: Hello world, replace: %s } ] }
            """
                .formatted(midStream, mode, replace));

    assertThat(run.exitCode()).isZero();
    assertThat(run.errorLines().stream().filter(line -> line.contains("key=mid-stream")))
        .hasSize(warns ? 1 : 0)
        .allSatisfy(line ->
            assertThat(line)
                .startsWith("midstream: warning: " + config + ":2: ")
                .endsWith("value=" + midStream + " rule=rule-1"));
  }

  private CommandRun check(String text) throws IOException {
    return CommandRun.of("check", "--config", Files.writeString(config, text));
  }
}
