package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.http.HttpProvider;
import dev.midstream.demo.network.Namespace;
import dev.midstream.gateway.live.HttpEvasions.Row;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's columns of the table of evasions in docs/http.md: nginx itself, without the box. */
@Tag("live")
final class LiveHttpEvasionTest {
  private static final HttpProvider PROVIDER = new HttpProvider();
  private static final String WHERE = "c.yaml:1";
  private static final String PASSES = "passes";
  private static final String RESET = "reset";
  private static final int TIMEOUT_MILLIS = 10_000;

  private final SoftAssertions all = new SoftAssertions();
  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
    HttpServer.Kind.NGINX.assumeInstalled();
  }

  @Test
  @DisplayName(
      "C-59 OWN-3 nginx reads what the page says, and as many requests as the agent passes")
  void readsAsDocumented() throws IOException {
    FtpServer.share(directory);
    List<Row> rows = HttpEvasions.rows();
    try (Namespace namespace = Namespace.make();
        HttpServer server = HttpServer.start(HttpServer.Kind.NGINX, namespace, directory)) {
      boolean asked =
          namespace.call(() -> {
            for (String host : List.of("127.0.0.1", "::1")) {
              for (Row row : rows) {
                ask(host, row);
              }
            }
            return true;
          });
      assertThat(asked).isTrue();
      assertThat(server.isRunning()).isTrue();
    }
    all.assertAll();
  }

  private void ask(String host, Row row) throws IOException {
    String direct = answers(host, row.sent());
    all.assertThat(HttpEvasions.codes(direct)).as("%s", row).isEqualTo(row.answers());
    if (!row.path().isEmpty()) {
      all.assertThat(direct).as("%s", row).contains("path=" + row.path() + " method=");
    }
    String passed = passedOf(row.sent());
    if (passed.isEmpty()) {
      all.assertThat(row.decisions()).as("%s", row).doesNotContain(PASSES);
      return;
    }
    String answers = answers(host, passed);
    all.assertThat(answers).as("what passes of %s", row).doesNotContain(HttpServer.SECRET);
    if (!row.decisions().contains(RESET)) {
      long requests = row.decisions().stream().filter(PASSES::equals).count();
      all.assertThat(HttpEvasions.codes(answers).stream().filter(each -> !each.startsWith("1")))
          .as("answers to what passes of %s", row)
          .hasSize((int) requests);
    }
  }

  /** What the agent lets pass before anything is answered. */
  private static String passedOf(String sent) {
    return new AgentPlaybook(agent())
        .declaring(PROVIDER.reasons())
        .sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(sent))
        .playWhole()
        .clientToServer()
        .toLatin1();
  }

  private static Agent<?> agent() {
    SettingsNode rule = mapping("path", new Scalar("/admin", WHERE));
    Problems problems = new Problems();
    SettingsReader reader = new SettingsReader("settings", mapping("requests", rule), problems);
    Agent<?> agent = Objects.requireNonNull(PROVIDER.create(reader));
    assertThat(problems.lines()).isEmpty();
    return agent;
  }

  private static Mapping mapping(String key, SettingsNode value) {
    return new Mapping(new TreeMap<>(Map.of(key, value)), WHERE);
  }

  /** All that comes back, up to the end of the stream. */
  private static String answers(String host, String sent) throws IOException {
    try (Socket socket = new Socket(InetAddress.getByName(host), HttpServer.PORT)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
