package dev.midstream.gateway.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.plugin.PluginJar;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in that does not return while a capture is rewritten, in a process of its own. */
class StuckRewriteTest {
  private static final String STUCK =
      """
      package example;

      import dev.midstream.agent.Decisions;
      import dev.midstream.agent.Direction;
      import dev.midstream.agent.OctetView;
      import dev.midstream.agent.StateCodec;

      final class Stuck implements dev.midstream.agent.Agent<Boolean> {
        private volatile long calls;

        @Override
        public Boolean newConnection() {
          return true;
        }

        @Override
        public Boolean onOctets(
            Boolean state, Direction direction, OctetView view, Decisions out) {
          while (true) {
            calls++;
          }
        }

        @Override
        public StateCodec<Boolean> codec() {
          return StateCodec.stateless(true);
        }
      }
      """;

  private static final String CONFIGURATION =
      """
      plugins: { folder: FOLDER }
      limits: { agent-time: 100ms, agent-end: 300ms }
      rules: { name: first, agent: stuck }
      """;

  @TempDir private Path directory = Path.of("");
  @TempDir private Path outputs = Path.of("");

  @Test
  @DisplayName("C-74 rewrite ends with exit code 1, names the agent, and leaves no output")
  void endsAndNamesTheAgent() throws Exception {
    Path plugins = directory.resolve("plugins");
    PluginJar.of("stuck", "return new Stuck();")
        .source("example.Stuck", STUCK)
        .write(plugins.resolve("stuck.jar"));
    Path config =
        Files.writeString(
            directory.resolve("c.yaml"), CONFIGURATION.replace("FOLDER", plugins.toString()));
    Path log = directory.resolve("log.txt");

    String out = outputs.resolve("out.pcap").toString();
    int exitCode =
        RewriteProcess.run(
            List.of(), log, "--config", config.toString(), "../examples/hello.pcap", out);

    assertThat(exitCode).isEqualTo(1);

    List<String> lines = Files.readAllLines(log);
    assertThat(lines)
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith(
                        "midstream: warning: an agent is slow, worker=0 agent=stuck rule=first"
                            + " connection=")
                    .contains("example.Stuck:"),
            line ->
                assertThat(line)
                    .startsWith("midstream: warning: a call of an agent is given up, worker=0 "),
            line ->
                assertThat(line)
                    .startsWith(
                        "midstream: an agent does not return, worker=0 agent=stuck rule=first"
                            + " connection="));
    try (Stream<Path> left = Files.list(outputs)) {
      assertThat(left).isEmpty();
    }
  }
}
