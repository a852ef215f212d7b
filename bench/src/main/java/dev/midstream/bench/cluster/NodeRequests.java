package dev.midstream.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an operator asks a node. The command line does the same, but starts a JVM for it, which on a
 * small machine would disturb what is measured.
 */
final class NodeRequests {
  static final int ADMIN_PORT = 9400;

  private static final String ADMIN = "http://127.0.0.1:" + ADMIN_PORT;
  private static final int TIMEOUT_MILLIS = 5_000;

  private NodeRequests() {}

  /** The answer of the node in a namespace. */
  static JsonNode get(Namespace node, String path) throws IOException {
    return node.call(() -> answer(open(path)));
  }

  /** The figures of the node in a namespace that have no labels, by the names of its metrics. */
  static Map<String, Double> metrics(Namespace node) throws IOException {
    return node.call(() -> {
      try (InputStream body = body(open("/metrics"))) {
        return new String(body.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#") && !line.contains("{"))
            .map(line -> line.split(" "))
            .collect(Collectors.toMap(parts -> parts[0], parts -> Double.valueOf(parts[1])));
      }
    });
  }

  /** Gives an order to the node in a namespace; it is accepted then, and not carried out yet. */
  static void order(Namespace node, String path) throws IOException {
    JsonNode ignored =
        node.call(() -> {
          HttpURLConnection connection = open(path);
          connection.setRequestMethod("POST");
          connection.setRequestProperty("Midstream-Order", "yes");
          return answer(connection);
        });
  }

  /** A connection to the node in a namespace, which ends when the node does, or after 5 s. */
  static Socket connect(Namespace node) throws IOException {
    return node.call(() -> new Socket(InetAddress.getLoopbackAddress(), ADMIN_PORT));
  }

  private static HttpURLConnection open(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(ADMIN + path).toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    return connection;
  }

  private static JsonNode answer(HttpURLConnection connection) throws IOException {
    try (InputStream body = body(connection)) {
      return new JsonMapper().readTree(body);
    }
  }

  private static InputStream body(HttpURLConnection connection) throws IOException {
    if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException("the node refuses: code=" + connection.getResponseCode());
    }
    return connection.getInputStream();
  }
}
