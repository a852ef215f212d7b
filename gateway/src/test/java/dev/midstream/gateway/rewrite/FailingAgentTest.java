package dev.midstream.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.command.CommandRun;
import dev.midstream.gateway.command.ErrorLines;
import dev.midstream.gateway.plugin.PluginJar;
import dev.midstream.reassembly.event.Reason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in that fails while a capture is rewritten. */
class FailingAgentTest {
  /** Throws in line 26, or answers wrongly. */
  private static final String FAILING =
      """
      package example;

      import dev.midstream.agent.Decisions;
      import dev.midstream.agent.Direction;
      import dev.midstream.agent.OctetView;
      import dev.midstream.agent.StateCodec;

      record Failing(boolean answers) implements dev.midstream.agent.Agent<Boolean> {
        @Override
        public Boolean newConnection() {
          return true;
        }

        @Override
        public Boolean onOctets(
            Boolean state, Direction direction, OctetView view, Decisions out) {
          return view.length() == 0 || fail(view, out);
        }

        // Takes text for a number.
        private boolean fail(OctetView view, Decisions out) {
          if (answers) {
            out.pass(view.length() + 1);
            return true;
          }
          return Integer.parseInt(view.latin1(0, view.length())) > 0;
        }

        @Override
        public StateCodec<Boolean> codec() {
          return StateCodec.stateless(true);
        }
      }
      """;

  @TempDir private Path directory = Path.of("");
  private Path events = Path.of("");

  @BeforeEach
  void build() throws Exception {
    events = directory.resolve("events.jsonl");
    PluginJar.of("failing", "return new Failing(settings.flag(\"answers\", false));")
        .source("example.Failing", FAILING)
        .write(directory.resolve("plugins/failing.jar"));
  }

  private CommandRun rewrite(String settings) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("c.yaml"),
            "plugins: { folder: %s }\nevents: { file: %s }\nrules: { name: all, agent: failing%s }\n"
                .formatted(directory.resolve("plugins"), events, settings));
    return CommandRun.of(
        new CaptureRewriter(() -> 0, false),
        Map.of(),
        "rewrite",
        "--config",
        config,
        "../examples/hello.pcap",
        directory.resolve("out.pcap"));
  }

  @Test
  @DisplayName("C-20 rewrite tells the first failure of an agent, with its place and no octets")
  void tellsTheFirstFailure() throws Exception {
    CommandRun run = rewrite("");

    assertThat(run.exitCode()).isZero();
    List<String> lines = run.errorLines();
    assertThat(lines.getFirst())
        .matches(
            "midstream: warning: an agent failed, agent=failing rule=all"
                + " connection=\\S+:\\d+ > \\S+:\\d+ why=java\\.lang\\.NumberFormatException"
                + " at=example\\.Failing\\.fail\\(Failing\\.java:26\\)");
    assertThat(lines).filteredOn(line -> line.contains("warning")).hasSize(1);
    assertThat(run.err()).doesNotContain("Hello").contains("agent-failed");
    assertThat(Files.readString(events))
        .contains("why=java.lang.NumberFormatException: For input string")
        .contains(" at=example.Failing.fail(Failing.java:26)\"");
  }

  @Test
  @DisplayName("C-20 each agent that fails has one line, and every failure an event")
  void tellsEachAgentOnce() {
    List<String> events = new ArrayList<>();
    StringWriter err = new StringWriter();
    try (FirstFailures failures =
        new FirstFailures(
            (reason, connection, text) -> events.add(text), new ErrorLines(new PrintWriter(err)))) {
      for (String agent : List.of("b", "a", "b")) {
        failures.agentFailed(agent, "rule", "client > server", "number " + events.size());
        failures.event(Reason.AGENT_FAILED, "client > server", agent);
      }
      assertThat(err.toString()).isEmpty();
    }

    assertThat(err.toString().lines())
        .containsExactly(
            "midstream: warning: an agent failed, agent=b rule=rule"
                + " connection=client > server why=number 0",
            "midstream: warning: an agent failed, agent=a rule=rule"
                + " connection=client > server why=number 1");
    assertThat(events).containsExactly("b", "a", "b");
  }

  @Test
  @DisplayName("C-20 rewrite tells what an agent answered wrongly")
  void tellsARefusedAnswer() throws Exception {
    CommandRun run = rewrite(", settings: { answers: true }");

    assertThat(run.errorLines().getFirst())
        .startsWith("midstream: warning: an agent failed, agent=failing rule=all connection=")
        .contains(" why=pass of octets that were not shown, count=");
  }
}
