package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Privilege;
import dev.midstream.demo.traffic.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("live")
final class WebServerTest {
  private static final int SERVERS = 200;

  @Test
  void reusesThePortOfAClosedServer() throws IOException {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
    try (Namespace namespace = Namespace.make()) {
      for (int i = 0; i < SERVERS; i++) {
        assertThat(pageOf(namespace)).isEqualTo(WebServer.PAGE);
      }
    }
  }

  private static String pageOf(Namespace namespace) throws IOException {
    Document empty = new Document(0, 0, 64, DemoText.FIND);
    try (WebServer server = WebServer.start(namespace, "127.0.0.1", empty)) {
      return new WebClient(namespace)
          .get(
              server.address("/"), body -> new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
