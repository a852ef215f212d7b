package dev.midstream.gateway.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.ApiVersion;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.gateway.command.CommandRun;
import dev.midstream.gateway.rewrite.CaptureRewriter;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The template for agents of others; .ci/try-author builds it as they do. */
class AgentTemplateTest {
  private static final Path TEMPLATE = Path.of("../examples/agent-template");
  private static final String SERVICE = "META-INF/services/dev.midstream.agent.AgentProvider";

  @TempDir private Path directory = Path.of("");
  private Path jar = Path.of("");
  private Path config = Path.of("");

  @BeforeEach
  void build() throws IOException {
    PluginJar template =
        new PluginJar()
            .attribute("Midstream-Agent-Api", valueIn(pom(), "midstream.agent-api"))
            .entry(SERVICE, Files.readString(TEMPLATE.resolve("src/main/resources/" + SERVICE)));
    for (String name : new String[] {"DenyLinesAgent", "DenyLinesProvider"}) {
      Path source = TEMPLATE.resolve("src/main/java/com/example/denylines/" + name + ".java");
      template.source("com.example.denylines." + name, Files.readString(source));
    }
    jar = template.write(directory.resolve("plugins/deny-lines.jar"));
    config =
        Files.writeString(
            directory.resolve("c.yaml"),
            Files.readString(TEMPLATE.resolve("midstream.yaml"))
                .replace("folder: plugins", "folder: " + jar.getParent()));
  }

  @Test
  @DisplayName("OWN-4 the template names the version of the interface, and of the program")
  void namesTheVersions() throws Exception {
    assertThat(valueIn(pom(), "midstream.agent-api")).isEqualTo(ApiVersion.CURRENT.toString());
    assertThat(valueIn(pom(), "midstream.version"))
        .isEqualTo(valueIn(Files.readString(Path.of("../pom.xml")), "version"));
  }

  @Test
  @DisplayName("OWN-4 the template is accepted and described")
  void isAccepted() {
    CommandRun check = CommandRun.of("check", "--config", config);
    CommandRun agents = CommandRun.of("agents", "--config", config, "deny-lines");

    assertThat(check.err()).isEmpty();
    assertThat(check.out()).contains("no-hello: destination-port 7000 -> agent deny-lines");
    assertThat(agents.out()).contains("words", "reply", "deny-lines.denied-line");
  }

  @Test
  @DisplayName("OWN-4 rewrite denies the lines that the template is configured for")
  void deniesLines() throws Exception {
    Path out = directory.resolve("out.pcap");

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
    assertThat(Files.readString(out, StandardCharsets.ISO_8859_1))
        .contains("no greetings here\n")
        .doesNotContain("world");
  }

  @Test
  @DisplayName("OWN-4 the agent of the template keeps the order of answers, at every cut")
  void keepsTheOrderOfAnswers() throws Exception {
    AgentProvider provider = provider();
    new AgentPlaybook(agent(provider))
        .declaring(provider.reasons())
        .clientSends("list\nDELETE a\ndelete\nquit\n")
        .serverSends("a b c\n")
        .serverSendsWhenMonitored("deleted\ndeleted\n")
        .serverSends("bye\n")
        .serverGets("list\nquit\n")
        .clientGets("a b c\nno\nno\nbye\n")
        .play();
  }

  private AgentProvider provider() throws PluginException {
    return Objects.requireNonNull(Plugin.load(jar, null).providers().get("deny-lines"));
  }

  private static Agent<?> agent(AgentProvider provider) {
    TreeMap<String, SettingsNode> settings = new TreeMap<>();
    settings.put("words", new SettingsNode.Scalar("delete", "c.yaml:1"));
    settings.put("reply", new SettingsNode.Scalar("no", "c.yaml:2"));
    Problems problems = new Problems();
    SettingsReader reader =
        new SettingsReader("settings", new SettingsNode.Mapping(settings, "c.yaml:1"), problems);
    Agent<?> agent = provider.create(reader);
    assertThat(problems.lines()).isEmpty();
    return Objects.requireNonNull(agent);
  }

  private static String pom() throws IOException {
    return Files.readString(TEMPLATE.resolve("pom.xml"));
  }

  private static String valueIn(String pom, String element) {
    Matcher value = Pattern.compile("<" + element + ">([^<]+)<").matcher(pom);
    assertThat(value.find()).isTrue();
    return value.group(1);
  }
}
