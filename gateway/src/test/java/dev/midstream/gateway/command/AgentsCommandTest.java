package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.plugin.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of agents, and the description of one. */
class AgentsCommandTest {
  private static final String TWO_REASONS =
      """
      return null; }

        @Override
        public java.util.List<dev.midstream.agent.AgentReason> reasons() {
          return java.util.List.of(
              new dev.midstream.agent.AgentReason(
                  "denied-letter",
                  "a letter is denied",
                  dev.midstream.agent.AgentReason.Consequence.DENIED),
              new dev.midstream.agent.AgentReason(
                  "odd",
                  "an octet is odd",
                  dev.midstream.agent.AgentReason.Consequence.LEFT_ALONE));
      """;

  private static final String FAILING_ANSWERS =
      """
      return null; }

        @Override
        public java.util.List<dev.midstream.agent.settings.Setting> settings() {
          throw new NoSuchMethodError("gone");
        }

        @Override
        public java.util.List<dev.midstream.agent.AgentReason> reasons() {
          throw new StackOverflowError("deep");
      """;

  private static final String DENYING_BY_SETTINGS =
      """
          String denies = settings.text("denies");
          if (denies == null || denies.equals("1")) {
            settings.refuse("denies", "must be true or false");
          }
          return new Denying(String.valueOf(denies));
        }

        private record Denying(String says) implements Agent<Boolean> {
          @Override
          public boolean denies() {
            if (says.equals("maybe")) {
              throw new IllegalStateException(says);
            }
            return says.equals("true");
          }

          @Override
          public Boolean newConnection() {
            return true;
          }

          @Override
          public Boolean onOctets(
              Boolean state,
              dev.midstream.agent.Direction direction,
              dev.midstream.agent.OctetView view,
              dev.midstream.agent.Decisions out) {
            return state;
          }

          @Override
          public dev.midstream.agent.StateCodec<Boolean> codec() {
            return dev.midstream.agent.StateCodec.stateless(true);
          }
      """;

  private static final String NOT_KNOWN =
      "denies: not known without settings, which a rule of --config may give";

  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(directory.resolve("plugins"));
    config =
        Files.writeString(directory.resolve("c.yaml"), "plugins: { folder: " + folder + " }\n");
  }

  @Test
  @DisplayName("OWN-4 agents lists the agents of the program")
  void listsTheAgentsOfTheProgram() {
    CommandRun run = CommandRun.of("agents");

    assertThat(run.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("ftp         \\S+ +program"),
            line -> assertThat(line).matches("http        \\S+ +program"),
            line -> assertThat(line).matches("smtp        \\S+ +program"),
            line -> assertThat(line).matches("substitute  \\S+ +program"));
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("OWN-4 agents lists those of plug-ins, with version and file, in the order of names")
  void listsTheAgentsOfPlugins() throws Exception {
    PluginJar.of("upper").write(folder.resolve("z.jar"));
    PluginJar.of("a-very-long-name")
        .without("Implementation-Version")
        .write(folder.resolve("b.jar"));

    CommandRun run = CommandRun.of("agents", "--config", config);

    assertThat(run.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("a-very-long-name  - +" + folder + "/b.jar"),
            line -> assertThat(line).matches("ftp               \\S+ +program"),
            line -> assertThat(line).matches("http              \\S+ +program"),
            line -> assertThat(line).matches("smtp              \\S+ +program"),
            line -> assertThat(line).matches("substitute        \\S+ +program"),
            line -> assertThat(line).matches("upper             1\\.2\\.3 +" + folder + "/z.jar"));
    assertThat(run.exitCode()).isZero();
  }

  @ParameterizedTest
  @MethodSource("agentsOfTheProgram")
  @DisplayName("OWN-4 agents NAME prints the settings of an agent, as the documentation has them")
  void describesAnAgent(String agent) throws Exception {
    CommandRun run = CommandRun.of("agents", agent);

    List<String> lines = run.out().lines().toList();
    int end = 2;
    while (lines.get(end).startsWith("  ")) {
      end++;
    }
    assertThat(lines.getFirst()).startsWith(agent + " ");
    assertThat(lines.get(1)).isEqualTo("settings:");
    assertThat(lines.get(end)).startsWith("reasons:");
    assertThat(lines.getLast()).startsWith("denies: ");
    assertThat(lines.subList(2, end))
        .extracting(line -> line.strip().replaceAll(" {2,}", " | "))
        .containsExactlyElementsOf(documented(agent));
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("OWN-4 agents NAME says of an agent without settings and reasons that it has none")
  void describesAnAgentWithoutSettings() throws Exception {
    PluginJar.of("upper").write(folder.resolve("upper.jar"));

    CommandRun run = CommandRun.of("agents", "--config", config, "upper");

    assertThat(run.out().lines())
        .containsExactly(
            "upper  1.2.3  " + folder + "/upper.jar",
            "settings: none",
            "reasons: none",
            "denies: no");
  }

  @Test
  @DisplayName("OWN-4 agents NAME prints the reasons of an agent as they are counted")
  void printsReasons() throws Exception {
    PluginJar.of("upper", TWO_REASONS).write(folder.resolve("upper.jar"));

    CommandRun run = CommandRun.of("agents", "--config", config, "upper");

    assertThat(run.out().lines().skip(2))
        .containsExactly(
            "reasons:",
            "  upper.denied-letter  denied      a letter is denied",
            "  upper.odd            left alone  an octet is odd",
            NOT_KNOWN);
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("OWN-4 agents NAME says whether an agent denies, with the settings of each rule")
  void saysWhetherAnAgentDenies() throws Exception {
    PluginJar.of("upper", DENYING_BY_SETTINGS).write(folder.resolve("upper.jar"));

    assertThat(denies("")).isEqualTo(NOT_KNOWN);
    assertThat(denies("rules: { agent: upper, settings: { denies: 1 } }")).isEqualTo(NOT_KNOWN);
    assertThat(denies("rules: { agent: upper, settings: { denies: true } }"))
        .isEqualTo("denies: yes");
    assertThat(denies("rules: [ { agent: upper, settings: { denies: false } }, { agent: other } ]"))
        .isEqualTo("denies: no");
    assertThat(
            denies(
                """
                rules:
                  - { name: audit, agent: upper, settings: { denies: false } }
                  - { agent: upper, settings: { denies: true } }
                  - { name: wrong, agent: upper }
                  - no rule
                  - { name: "last\\aone", agent: upper, settings: { denies: true } }
                """))
        .isEqualTo("denies: yes in rule-2, last?one; no in audit");
  }

  @Test
  @DisplayName("OWN-4 agents NAME survives an agent that throws when it is asked whether it denies")
  void survivesAThrowingAgent() throws Exception {
    PluginJar.of("upper", DENYING_BY_SETTINGS).write(folder.resolve("upper.jar"));
    assertThat(denies("rules: { agent: upper, settings: { denies: maybe } }"))
        .isEqualTo(
            "denies: the agent failed when it was asked,"
                + " error=java.lang.IllegalStateException: maybe");
  }

  /** The last line about the agent upper, with {@code rules} in the configuration. */
  private String denies(String rules) throws IOException {
    Files.writeString(config, "plugins: { folder: " + folder + " }\n" + rules);
    CommandRun run = CommandRun.of("agents", "--config", config, "upper");
    assertThat(run.err()).isEmpty();
    return run.out().lines().toList().getLast();
  }

  @Test
  @DisplayName("OWN-4 agents NAME survives a plug-in that throws when it is asked")
  void survivesAThrowingPlugin() throws Exception {
    PluginJar.of("upper", FAILING_ANSWERS).write(folder.resolve("upper.jar"));

    CommandRun run = CommandRun.of("agents", "--config", config, "upper");

    assertThat(run.out().lines())
        .endsWith(
            "settings: the agent failed when it was asked,"
                + " error=java.lang.NoSuchMethodError: gone",
            "reasons: the agent failed when it was asked,"
                + " error=java.lang.StackOverflowError: deep",
            NOT_KNOWN);
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("OWN-4 agents reports plug-ins that cannot be used after those that can")
  void reportsBrokenPlugins() throws Exception {
    PluginJar.of("upper").write(folder.resolve("a.jar"));
    Path broken = Files.writeString(folder.resolve("broken.jar"), "no jar");

    CommandRun run = CommandRun.of("agents", "--config", config);

    assertThat(run.out().lines()).hasSize(5);
    assertThat(run.errorLines())
        .singleElement()
        .asString()
        .startsWith("midstream: " + broken + ": cannot be read as a jar");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("OWN-4 agents NAME tells of a plug-in that was not loaded before it knows no NAME")
  void tellsOfBrokenPluginsFirst() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.jar"), "no jar");

    CommandRun run = CommandRun.of("agents", "--config", config, "upper");

    assertThat(run.errorLines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("midstream: " + broken + ": cannot be read"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "midstream: unknown agent, and a plug-in was not loaded, see above,"
                            + " agent=upper"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("agents", "--config", config, "substitute").errorLines()).hasSize(1);
  }

  @Test
  @DisplayName("OWN-4 agents reads only the plug-ins of a configuration that has other mistakes")
  void ignoresOtherMistakes() throws Exception {
    Files.writeString(config, "mode: x\nplugins: { folder: " + folder + " }\n");
    assertThat(CommandRun.of("agents", "--config", config).exitCode()).isZero();

    Files.writeString(config, "mode: x\nplugins: { folder: " + folder + "/none }\n");
    CommandRun run = CommandRun.of("agents", "--config", config);
    assertThat(run.errorPositions()).containsExactly("midstream: " + config + ":2");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("OWN-4 an unknown agent is one line, with the nearest name, and exit code 2")
  void refusesUnknownAgents() {
    CommandRun run = CommandRun.of("agents", "substitut");

    assertThat(run.errorLines())
        .containsExactly("midstream: unknown agent, agent=substitut nearest=substitute");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(CommandRun.of("agents", "x").err())
        .contains("agent=x known=ftp,http,smtp,substitute");
  }

  /** The names that the list begins its lines with. */
  static Stream<String> agentsOfTheProgram() {
    return CommandRun.of("agents").out().lines().map(line -> line.split(" ", 2)[0]);
  }

  /** The rows of an agent's table on its page, or in configuration.md, without backticks. */
  private static List<String> documented(String agent) throws IOException {
    Path own = Path.of("../docs", agent + ".md");
    boolean hasPage = Files.exists(own);
    String page = Files.readString(hasPage ? own : Path.of("../docs/configuration.md"));
    String title = hasPage ? "## Settings\n" : "### Settings of `" + agent + "`\n";
    String section = page.split("\n" + title, 2)[1].split("\n#+ ", 2)[0];
    return Pattern.compile("^\\| (.*) \\|$", Pattern.MULTILINE)
        .matcher(section)
        .results()
        .map(row -> row.group(1).replace("`", ""))
        .filter(row -> !row.startsWith("key |"))
        .toList();
  }
}
