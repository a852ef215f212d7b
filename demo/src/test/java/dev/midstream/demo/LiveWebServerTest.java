package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.NameSpace;
import dev.midstream.demo.network.Privilege;
import dev.midstream.demo.traffic.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The demonstration's server, in a network of its own. */
@Tag("live")
final class LiveWebServerTest {
  private static final int SERVERS = 200;

  @Test
  void oneServerCanFollowAnotherOnItsPort() throws IOException {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
    try (NameSpace space = NameSpace.make()) {
      for (int i = 0; i < SERVERS; i++) {
        assertThat(pageOf(space)).isEqualTo(WebServer.PAGE);
      }
    }
  }

  private static String pageOf(NameSpace space) throws IOException {
    Document none = new Document(0, 0, 64, DemoText.FIND);
    try (WebServer server = WebServer.start(space, "127.0.0.1", none)) {
      return new WebClient(space)
          .get(
              server.address("/"), body -> new String(body.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
