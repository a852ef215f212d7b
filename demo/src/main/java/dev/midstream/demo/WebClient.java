package dev.midstream.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;

/** Java's HTTP client inside a network namespace. */
final class WebClient {
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int STATUS_TIMEOUT_MILLIS = 2_000;

  /** The default address of a box's status. */
  private static final URI STATUS = URI.create("http://127.0.0.1:9400/status");

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
    return get(address, TIMEOUT_MILLIS, reader);
  }

  /** The counters of the box in this namespace, in one clause. */
  String boxCounters() {
    try {
      JsonNode status = get(STATUS, STATUS_TIMEOUT_MILLIS, new JsonMapper()::readTree);
      return "the box: %,d packets, %,d edits"
          .formatted(status.path("packets").asLong(), status.path("edits").asLong());
    } catch (IOException e) {
      return "the box is busy";
    }
  }

  private <T> T get(URI address, int timeoutMillis, BodyReader<T> reader) throws IOException {
    return namespace.call(() -> {
      URLConnection connection = address.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(timeoutMillis);
      connection.setReadTimeout(timeoutMillis);
      try (InputStream body = connection.getInputStream()) {
        return reader.read(body);
      }
    });
  }
}
