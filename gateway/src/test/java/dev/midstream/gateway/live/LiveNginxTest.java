package dev.midstream.gateway.live;

import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** nginx behind the agent, which also cuts bodies into chunks. */
final class LiveNginxTest extends LiveHttpTests {
  LiveNginxTest() {
    super(HttpServer.Kind.NGINX);
  }

  @Test
  @DisplayName("OWN-3 a chunked body of 100 MB is edited over IPv6")
  void editsLargeChunkedBodies() throws IOException {
    editsLargeBodies("[" + Network.SERVER_6 + "]", "/chunked/large.txt");
  }

  @Override
  List<String> uploadCodes() {
    return List.of("201", "204", "405");
  }
}
