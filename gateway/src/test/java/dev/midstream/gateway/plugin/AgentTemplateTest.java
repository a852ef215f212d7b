package dev.midstream.gateway.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.ApiVersion;
import dev.midstream.gateway.command.CommandRun;
import dev.midstream.gateway.rewrite.CaptureRewriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The template for agents of others; .ci/try-author builds it as they do. */
class AgentTemplateTest {
  @TempDir private Path directory = Path.of("");
  private Path config = Path.of("");

  @BeforeEach
  void build() throws IOException {
    Path plugins = directory.resolve("plugins");
    TemplateJar.write(plugins);
    config = Files.writeString(directory.resolve("c.yaml"), TemplateJar.configuration(plugins));
  }

  @Test
  @DisplayName("OWN-4 the template names the version of the interface, and of the program")
  void namesTheVersions() throws Exception {
    assertThat(TemplateJar.valueIn(TemplateJar.pom(), "midstream.agent-api"))
        .isEqualTo(ApiVersion.CURRENT.toString());
    assertThat(TemplateJar.valueIn(TemplateJar.pom(), "midstream.version"))
        .isEqualTo(TemplateJar.valueIn(Files.readString(Path.of("../pom.xml")), "version"));
  }

  @Test
  @DisplayName("OWN-4 the template is accepted and described")
  void isAccepted() {
    CommandRun check = CommandRun.of("check", "--config", config);
    CommandRun agents = CommandRun.of("agents", "--config", config, "deny-lines");

    assertThat(check.err()).isEmpty();
    assertThat(check.out()).contains("no-hello: destination-port 7000 -> agent deny-lines");
    assertThat(agents.out()).contains("words", "reply", "deny-lines.denied-line", "denies: yes");
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
}
