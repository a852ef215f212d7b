package dev.midstream.gateway.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Agent;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.plugin.PluginJar;
import dev.midstream.gateway.plugin.Signer;
import dev.midstream.gateway.rewrite.CaptureRewriter;
import dev.midstream.reassembly.rule.Rule;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowingConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands with plug-ins that work, and with others. */
class PluginCommandsTest {
  private static final ThrowingConsumer<@Nullable Agent<?>> MISSING =
      agent ->
          assertThatThrownBy(() -> Objects.requireNonNull(agent).newConnection())
              .hasMessageStartingWith("the agent is missing, error=");
  private static final ThrowingConsumer<@Nullable Agent<?>> WORKING =
      agent -> assertThat(Objects.requireNonNull(agent).newConnection()).isNotNull();

  /** Throws a checked exception, as languages do that do not check them. */
  private static final String RAISED =
      """
      @SuppressWarnings("unchecked")
      private static <T extends Throwable> T raised(Throwable thrown) throws T {
        throw (T) thrown;
      """;

  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    config = directory.resolve("c.yaml");
    folder = Files.createDirectories(directory.resolve("plugins"));
  }

  @Test
  @DisplayName("OWN-4 check accepts a rule with the agent of a plug-in")
  void checksARuleWithAPlugin() throws Exception {
    PluginJar.of("upper").write(folder.resolve("upper.jar"));

    CommandRun run = check("rules: { agent: upper }");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("rule-1: any -> agent upper (enforce)");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  @DisplayName("OWN-4 check says of settings of an agent without settings that it reads none")
  void refusesSettingsOfAnAgentWithoutSettings() throws Exception {
    PluginJar.of("upper").write(folder.resolve("upper.jar"));

    CommandRun run = check("rules: { agent: upper, settings: { words: a } }");

    assertThat(run.errorLines())
        .containsExactly(
            "midstream: "
                + config
                + ":2: unknown key, the agent reads no settings, key=rules.settings.words");
  }

  @Test
  @DisplayName("OWN-4 check says that an agent may be unknown because a plug-in was not loaded")
  void tellsThatAPluginIsMissing() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.jar"), "no jar");

    CommandRun run = check("rules: [ { agent: upper }, { agent: substitut } ]");

    assertThat(run.errorLines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("midstream: " + broken + ": "),
            line ->
                assertThat(line)
                    .endsWith(
                        ":2: unknown agent, and a plug-in was not loaded, see above, agent=upper"),
            line ->
                assertThat(line)
                    .endsWith(
                        ":2: unknown agent, and a plug-in was not loaded, see above,"
                            + " agent=substitut nearest=substitute"));
  }

  @Test
  @DisplayName("OWN-4 rewrite edits with the agent of a plug-in")
  void rewritesWithAPlugin() throws Exception {
    PluginJar.of("upper").write(folder.resolve("upper.jar"));
    Path out = directory.resolve("out.pcap");
    configure("rules: { agent: upper }");

    CommandRun run =
        CommandRun.of(
            new CaptureRewriter(() -> 0, false),
            Map.of(),
            "rewrite",
            "--config",
            config,
            "../examples/hello.pcap",
            out);

    assertThat(run.exitCode()).as(run.err()).isZero();
    String octets = Files.readString(out, StandardCharsets.ISO_8859_1);
    assertThat(octets).contains("HELLO WORLD").doesNotContain("Hello world");
  }

  @Test
  @DisplayName("OWN-4 check says of each plug-in that cannot be used why, in a line with its file")
  void reportsEveryPlugin() throws Exception {
    Files.writeString(folder.resolve("broken.jar"), "no jar");
    PluginJar.of("twice").write(folder.resolve("first.jar"));
    PluginJar.of("good").write(folder.resolve("good.jar"));
    PluginJar.of("new").attribute("Midstream-Agent-Api", "99.0.0").write(folder.resolve("new.jar"));
    PluginJar.of("substitute").write(folder.resolve("own.jar"));
    PluginJar.of("twice").write(folder.resolve("second.jar"));

    CommandRun run = check("rules: [ { agent: good }, { agent: substitute } ]");

    assertThat(run.errorLines())
        .hasSize(6)
        .satisfiesExactly(
            line -> assertThat(line).startsWith(place("broken.jar") + "cannot be read as a jar"),
            line ->
                assertThat(line)
                    .startsWith(place("new.jar"))
                    .contains("Midstream-Agent-Api=99.0.0 program="),
            line ->
                assertThat(line)
                    .isEqualTo(
                        place("first.jar")
                            + "has an agent with the name of another one, agent=twice other="
                            + folder.resolve("second.jar")),
            line ->
                assertThat(line)
                    .isEqualTo(
                        place("own.jar")
                            + "has an agent with the name of another one, agent=substitute"
                            + " other=program"),
            line -> assertThat(line).startsWith(place("second.jar")),
            line -> assertThat(line).startsWith("midstream: " + config + ":2: needs a pair"));
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("OWN-4 in run only the rules of a broken plug-in fail")
  void runsWithoutABrokenPlugin() throws Exception {
    Files.writeString(folder.resolve("broken.jar"), "no jar");
    PluginJar.of("good").write(folder.resolve("good.jar"));

    Running running =
        run("rules: [ { match: { destination-port: 1 }, agent: broken }, { agent: good } ]");

    assertThat(running.errors())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .startsWith("midstream: warning: " + folder.resolve("broken.jar") + ": "),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "midstream: warning: "
                            + config
                            + ":3: the rule fails, its connections are treated as"
                            + " on-agent-failure says, rule=rule-1 agent=broken"
                            + " error=no usable plug-in has it"));
    assertThat(running.agents()).satisfiesExactly(MISSING, WORKING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throw new NoSuchMethodError(\"gone\");",
        "throw new IllegalStateException(\"gone\");",
        "throw new ExceptionInInitializerError(\"gone\");",
        "throw new AssertionError(\"gone\");",
        "throw new StackOverflowError(\"gone\");",
        "long[] numbers = new long[Integer.MAX_VALUE]; return null;",
        "throw new InternalError(\"gone\");",
        "throw raised(new java.io.IOException(\"gone\")); }" + RAISED,
        "throw new RuntimeException(\"gone\") { public String toString() { throw this; } };"
      })
  @DisplayName("OWN-4 a plug-in that throws when it creates an agent does not end the program")
  void survivesAThrowingPlugin(String create) throws Exception {
    PluginJar.of("bad", create).write(folder.resolve("bad.jar"));

    CommandRun check = check("rules: { agent: bad }");
    Running running = run("rules: { agent: bad }");

    assertThat(check.errorLines())
        .singleElement()
        .asString()
        .startsWith(
            "midstream: "
                + config
                + ":2: the agent cannot be used, agent=bad origin="
                + folder.resolve("bad.jar")
                + " error=");
    assertThat(check.exitCode()).isEqualTo(2);
    assertThat(running.errors())
        .singleElement()
        .asString()
        .startsWith("midstream: warning: " + config + ":3: the rule fails, its connections are");
    assertThat(running.agents()).satisfiesExactly(MISSING);
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @DisplayName("OWN-4 check does not wait for a plug-in that never creates its agent")
  void endsBesideAStuckPlugin() throws Exception {
    PluginJar.of("bad", "for (;;) { java.util.concurrent.locks.LockSupport.park(); }")
        .write(folder.resolve("bad.jar"));

    CommandRun check = check("rules: { agent: bad }");

    assertThat(check.errorLines())
        .containsExactly(
            "midstream: "
                + config
                + ":2: the agent cannot be used, agent=bad origin="
                + folder.resolve("bad.jar")
                + " error=create did not return within 10s");
    assertThat(check.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("OWN-4 settings that an agent refuses, and unknown agents, are mistakes in run too")
  void refusesMistakesInRun() throws Exception {
    PluginJar.of("good", "settings.refuse(\"wrong\"); return null;")
        .write(folder.resolve("good.jar"));

    assertThat(run("rules: { agent: good }").exitCode()).isEqualTo(2);
    assertThat(run("rules: { agent: unknown }").exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("OWN-4 with require-signature only signed plug-ins are used")
  void requiresSignatures() throws Exception {
    Signer authority = Signer.authority("Authority");
    Path trusted = authority.writeTo(directory.resolve("trusted.pem"));
    Path signed = PluginJar.of("signed").write(folder.resolve("signed.jar"));
    authority.issue("Signer").sign(signed);
    PluginJar.of("unsigned").write(folder.resolve("unsigned.jar"));

    CommandRun run =
        checkAll(
            "plugins: { folder: %s, require-signature: true, trusted: %s }\nrules: {agent: signed}"
                .formatted(folder, trusted));

    assertThat(run.errorLines())
        .singleElement()
        .asString()
        .startsWith(place("unsigned.jar") + "an entry is not signed, entry=");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{ folder: DIR/none }|cannot be read, error=no such file, key=plugins.folder"
            + " value=DIR/none",
        "{ folder: DIR/plugins, require-signature: true }"
            + "|needs the certificates of signers in plugins.trusted,"
            + " key=plugins.require-signature",
        "{ folder: DIR/plugins, trusted: DIR/none }"
            + "|cannot be read, error=no such file, key=plugins.trusted value=DIR/none",
        "{ folder: DIR/plugins, trusted: DIR/c.yaml }"
            + "|must be a file of X.509 certificates, in PEM or DER,"
            + " key=plugins.trusted value=DIR/c.yaml",
        "{ folder: DIR/plugins, require-signature: perhaps }"
            + "|must be true or false, key=plugins.require-signature value=perhaps",
        "{ folders: DIR/plugins }|unknown key, key=plugins.folders nearest=folder"
      })
  @DisplayName("OWN-4 wrong settings of plug-ins are reported with file and line")
  void reportsWrongSettings(String plugins, String problem) throws Exception {
    CommandRun run = checkAll("plugins: " + plugins.replace("DIR", directory.toString()));

    assertThat(run.errorLines())
        .containsExactly(
            "midstream: " + config + ":1: " + problem.replace("DIR", directory.toString()));
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  @DisplayName("OWN-4 a required signature without a folder is a warning")
  void warnsOfKeysWithoutEffect() throws Exception {
    Path trusted = Signer.alone("Alone").writeTo(directory.resolve("trusted.pem"));
    CommandRun run = checkAll("plugins: { require-signature: true, trusted: " + trusted + " }");

    assertThat(run.errorLines())
        .containsExactly(
            "midstream: warning: " + config + ":1: has no effect without a folder, key=plugins");
    assertThat(run.exitCode()).isZero();
  }

  private String place(String file) {
    return "midstream: " + folder.resolve(file) + ": ";
  }

  private void configure(String text) throws IOException {
    Files.writeString(config, "plugins: { folder: " + folder + " }\n" + text);
  }

  private CommandRun check(String text) throws IOException {
    configure(text);
    return CommandRun.of("check", "--config", config);
  }

  private CommandRun checkAll(String text) throws IOException {
    Files.writeString(config, text);
    return CommandRun.of("check", "--config", config);
  }

  /** What {@code run} printed, and the configuration it ran with. */
  private record Running(int exitCode, List<String> errors, AtomicReference<Configuration> given) {
    /** The agents of the rules. */
    List<@Nullable Agent<?>> agents() {
      return given.get().rules().rules().stream().<@Nullable Agent<?>>map(Rule::agent).toList();
    }
  }

  private Running run(String text) throws IOException {
    configure("port: { inside: a, outside: b }\n" + text);
    AtomicReference<Configuration> given = new AtomicReference<>();
    StringWriter err = new StringWriter();
    int exitCode =
        MidstreamCommand.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err),
            Map.of(),
            new String[] {"run", "--config", config.toString()},
            new RunCommand((configuration, _, _) -> given.set(configuration)));
    return new Running(exitCode, err.toString().lines().toList(), given);
  }
}
