package dev.midstream.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.demo.network.NameSpace;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;

/** What the box at work in a name space tells of itself at the address where all do by default. */
final class BoxStatus {
  private static final URI ADDRESS = URI.create("http://127.0.0.1:9400/status");
  private static final int PATIENCE_MILLIS = 2_000;

  private final NameSpace nameSpace;

  BoxStatus(NameSpace nameSpace) {
    this.nameSpace = nameSpace;
  }

  /** Its counters in a few words. */
  String counters() {
    try {
      JsonNode status = nameSpace.in(BoxStatus::ask);
      return "the box: %,d packets, %,d edits"
          .formatted(status.path("packets").asLong(), status.path("edits").asLong());
    } catch (IOException e) {
      return "the box is busy";
    }
  }

  private static JsonNode ask() throws IOException {
    URLConnection connection = ADDRESS.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(PATIENCE_MILLIS);
    connection.setReadTimeout(PATIENCE_MILLIS);
    try (InputStream answer = connection.getInputStream()) {
      return new JsonMapper().readTree(answer);
    }
  }
}
