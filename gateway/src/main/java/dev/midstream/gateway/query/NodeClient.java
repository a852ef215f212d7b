package dev.midstream.gateway.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.config.ListenAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/** An HTTP client of a node's admin server. */
final class NodeClient {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 10_000;
  private static final int MAX_BYTES = 16 << 20;

  private NodeClient() {}

  /**
   * The response of the node at {@code address}.
   *
   * @throws NoNodeException if nothing listens there
   * @throws FailureException if there is no response, or it is not a node's
   */
  static JsonNode get(ListenAddress address, String path) throws FailureException {
    return ask(address, path, connection -> {});
  }

  /** As {@link #get}, for something that the node is to do. */
  static JsonNode order(ListenAddress address, String path) throws FailureException {
    return ask(
        address,
        path,
        connection -> {
          connection.setRequestMethod("POST");
          connection.setRequestProperty("Midstream-Order", "yes");
        });
  }

  /** Makes a request of a connection. */
  @FunctionalInterface
  private interface Preparation {
    void prepare(HttpURLConnection connection) throws IOException;
  }

  private static JsonNode ask(ListenAddress address, String path, Preparation preparation)
      throws FailureException {
    try {
      URL url = URI.create("http://" + address + path).toURL();
      HttpURLConnection connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      preparation.prepare(connection);
      boolean found = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      JsonNode answer = read(found ? connection.getInputStream() : connection.getErrorStream());
      if (!found || !answer.isObject()) {
        throw new FailureException(
            "the node cannot answer, address=" + address + " error=" + answer.path("error"));
      }
      return answer;
    } catch (JsonProcessingException e) {
      throw new FailureException("the response is not that of a node, address=" + address);
    } catch (ConnectException e) {
      throw new NoNodeException(silence(address, e));
    } catch (IOException | IllegalArgumentException e) {
      throw new FailureException(silence(address, e));
    }
  }

  private static String silence(ListenAddress address, Exception error) {
    return "no node answers, address=" + address + " error=" + error.getMessage();
  }

  private static JsonNode read(@Nullable InputStream input) throws IOException {
    if (input == null) {
      return MissingNode.getInstance();
    }
    try (input) {
      return new JsonMapper().readTree(input.readNBytes(MAX_BYTES));
    }
  }
}
