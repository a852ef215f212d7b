package dev.midstream.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;

/** Java's HTTP client inside a network namespace. */
final class WebClient {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final Namespace namespace;

  @FunctionalInterface
  interface BodyReader<T> {
    T read(InputStream body) throws IOException;
  }

  WebClient(Namespace namespace) {
    this.namespace = namespace;
  }

  /** Requests {@code address} and reads the response. */
  <T> T get(URI address, BodyReader<T> reader) throws IOException {
    return namespace.call(() -> {
      URLConnection connection = address.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      try (InputStream body = connection.getInputStream()) {
        return reader.read(body);
      }
    });
  }

  /** The counters of the box in this namespace, in one clause. */
  String boxCounters() {
    try {
      JsonNode status = BoxStatus.of(namespace);
      return "the box: %,d packets, %,d edits"
          .formatted(status.path("packets").asLong(), status.path("edits").asLong());
    } catch (IOException e) {
      return "the box is busy";
    }
  }
}
