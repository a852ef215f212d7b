package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.HttpSite.LINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** nginx behind the agent, which also cuts bodies into chunks and stores files. */
final class LiveNginxTest extends LiveHttpTests {
  LiveNginxTest() {
    super(HttpServer.Kind.NGINX);
  }

  @Test
  @DisplayName("OWN-3 a chunked body of 100 MB is edited")
  void editsLargeChunkedBodies() throws IOException {
    editsLargeBodies("/chunked/large.txt");
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("OWN-3 uploads pass, counted after 100 Continue and chunked, or are denied")
  void uploads(String host) throws IOException {
    Path up = directory().resolve("up");
    Files.writeString(up, LINE.repeat(50_000));
    String url = "http://" + host + "/put/copy";
    String code = "%{http_code}";
    assertThat(site().curl("-T", up.toString(), "-w", code, url)).endsWith("201");
    assertThat(site().root().resolve("copy")).hasSameBinaryContentAs(up);
    String[] chunked = {"-T", up.toString(), "-H", "Transfer-Encoding: chunked", "-w", code, url};
    assertThat(site().curl(chunked)).endsWith("204");
    String denied = "http://" + host + "/admin";
    assertThat(site().curl("-T", up.toString(), "-w", code, denied)).endsWith("403");
    assertThat(site().curl("-d", "a short body", "-w", code, denied, url))
        .startsWith("Not here.403")
        .endsWith("405");
  }
}
