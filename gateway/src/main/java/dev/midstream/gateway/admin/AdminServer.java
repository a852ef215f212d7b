package dev.midstream.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.midstream.gateway.config.ListenAddress;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusScan;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of a node: {@code GET /status} and {@code GET /connections?most=N}. It keeps no
 * state. Each client has its own thread, slow clients are disconnected, and the number of
 * connections is limited; so no client delays another.
 */
public final class AdminServer implements AutoCloseable {
  private static final int BACKLOG = 16;
  private static final int MAX_CONNECTIONS = 64;
  private static final int MAX_SCANS = 4;
  private static final long SCAN_WAIT_SECONDS = 4;
  private static final int DEFAULT_LIMIT = 100;
  private static final int UNAVAILABLE = 503;
  private static final String LIMIT_KEY = "most=";

  private final HttpServer server;
  private final ExecutorService executor;
  private final Node node;
  private final Semaphore scans = new Semaphore(MAX_SCANS, true);

  private record Response(int code, ObjectNode json) {}

  private AdminServer(HttpServer server, Node node) {
    this.server = server;
    this.node = node;
    executor = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
    server.setExecutor(executor);
    server.createContext("/", this::handle);
  }

  /**
   * Opens the server.
   *
   * @param address a loopback address
   * @throws IOException if it cannot listen there
   */
  public static AdminServer open(ListenAddress address, Node node) throws IOException {
    setDefault("sun.net.httpserver.maxReqTime", 5);
    setDefault("sun.net.httpserver.maxRspTime", 20);
    setDefault("sun.net.httpserver.idleInterval", 5);
    setDefault("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
    InetAddress host = InetAddress.getByName(address.host());
    HttpServer server = HttpServer.create(new InetSocketAddress(host, address.port()), BACKLOG);
    AdminServer admin = new AdminServer(server, node);
    server.start();
    return admin;
  }

  /** The port on which it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  /** Sets a limit of the JDK's server, unless the operator has set the property. */
  private static void setDefault(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Response response = response(exchange);
      byte[] body = (response.json() + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("Connection", "close");
      boolean bodiless = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(response.code(), bodiless ? -1 : body.length);
      if (!bodiless) {
        exchange.getResponseBody().write(body);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Response response(HttpExchange exchange) throws InterruptedException {
    if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET");
      return error(HttpURLConnection.HTTP_BAD_METHOD, "only GET is answered");
    }
    if (!isAllowedHost(exchange.getRequestHeaders().getFirst("Host"))) {
      return error(HttpURLConnection.HTTP_FORBIDDEN, "only requests from this host are answered");
    }
    String query = exchange.getRequestURI().getRawQuery();
    return switch (exchange.getRequestURI().getPath()) {
      case "/status" -> status();
      case "/connections" -> connections(query == null ? LIMIT_KEY + DEFAULT_LIMIT : query);
      default ->
          error(HttpURLConnection.HTTP_NOT_FOUND, "unknown path, use /status or /connections");
    };
  }

  private Response status() throws InterruptedException {
    EngineStatus all = scan(0);
    return all == null ? busy() : ok(NodeJson.status(node, all));
  }

  private Response connections(String query) throws InterruptedException {
    int limit = limit(query);
    if (limit < 0) {
      return error(
          HttpURLConnection.HTTP_BAD_REQUEST, "must be most=1 to most=" + StatusScan.MAX_RECENT);
    }
    EngineStatus all = scan(limit);
    return all == null ? busy() : ok(NodeJson.connections(all));
  }

  /**
   * A scan of all workers; null if it takes too long. Few scans run at the same time, so that many
   * clients do not slow each other down.
   */
  private @Nullable EngineStatus scan(int limit) throws InterruptedException {
    if (!scans.tryAcquire(SCAN_WAIT_SECONDS, TimeUnit.SECONDS)) {
      return null;
    }
    try {
      return node.scan(limit);
    } finally {
      scans.release();
    }
  }

  /** The requested number of connections; negative if the query is malformed. */
  private static int limit(String query) {
    if (!query.matches(LIMIT_KEY + "[0-9]{1,4}")) {
      return -1;
    }
    int limit = Integer.parseInt(query.substring(LIMIT_KEY.length()));
    return limit >= 1 && limit <= StatusScan.MAX_RECENT ? limit : -1;
  }

  /**
   * Whether a request is meant for this host. This defeats DNS rebinding: the Host header of a page
   * from elsewhere holds the foreign name, even if that name resolves to this host.
   */
  private static boolean isAllowedHost(@Nullable String host) {
    if (host == null) {
      return true;
    }
    ListenAddress address = ListenAddress.parse(host);
    return (address == null ? new ListenAddress(host, 0) : address).isLoopback();
  }

  private static Response ok(ObjectNode json) {
    return new Response(HttpURLConnection.HTTP_OK, json);
  }

  private static Response busy() {
    return error(UNAVAILABLE, "a worker does not answer");
  }

  private static Response error(int code, String message) {
    return new Response(code, NodeJson.error(message));
  }
}
