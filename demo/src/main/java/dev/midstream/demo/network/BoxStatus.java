package dev.midstream.demo.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.URLConnection;

/** The status of a box. */
public final class BoxStatus {
  /** The default address of a box's status. */
  private static final URI ADDRESS = URI.create("http://127.0.0.1:9400/status");

  private static final int TIMEOUT_MILLIS = 2_000;

  private BoxStatus() {}

  /**
   * The status that the box in a namespace reports.
   *
   * @throws IOException also if it does not answer for 2 s
   */
  public static JsonNode of(Namespace box) throws IOException {
    return box.call(() -> {
      URLConnection connection = ADDRESS.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      try (InputStream body = connection.getInputStream()) {
        return new JsonMapper().readTree(body);
      }
    });
  }
}
