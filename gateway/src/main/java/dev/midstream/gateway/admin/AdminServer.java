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
 * Answers {@code GET /status} and {@code GET /connections?most=N}. It keeps no state. Who asks too
 * slowly is cut off, and keeps nobody else waiting: each caller has a thread, and there is a bound
 * for callers.
 */
public final class AdminServer implements AutoCloseable {
  private static final int WAITING_CALLERS = 16;
  private static final int MOST_CALLERS = 64;
  private static final int MOST_SURVEYS = 4;
  private static final long SURVEY_WAIT_SECONDS = 4;
  private static final int MOST_BY_DEFAULT = 100;
  private static final int UNAVAILABLE = 503;
  private static final String MOST = "most=";

  private final HttpServer server;
  private final ExecutorService threads;
  private final Node node;
  private final Semaphore surveys = new Semaphore(MOST_SURVEYS, true);

  private record Answer(int code, ObjectNode json) {}

  private AdminServer(HttpServer server, Node node) {
    this.server = server;
    this.node = node;
    threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
    server.setExecutor(threads);
    server.createContext("/", this::handle);
  }

  /**
   * Listens.
   *
   * @param address of this host alone
   * @throws IOException if that is not possible
   */
  public static AdminServer open(ListenAddress address, Node node) throws IOException {
    bound("sun.net.httpserver.maxReqTime", 5);
    bound("sun.net.httpserver.maxRspTime", 20);
    bound("sun.net.httpserver.idleInterval", 5);
    bound("jdk.httpserver.maxConnections", MOST_CALLERS);
    InetAddress host = InetAddress.getByName(address.host());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(host, address.port()), WAITING_CALLERS);
    AdminServer admin = new AdminServer(server, node);
    server.start();
    return admin;
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Bounds of the server in seconds, or connections; the operator's own count first. */
  private static void bound(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(value));
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      byte[] body = (answer.json() + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("Connection", "close");
      boolean bodiless = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.code(), bodiless ? -1 : body.length);
      if (!bodiless) {
        exchange.getResponseBody().write(body);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer answer(HttpExchange exchange) throws InterruptedException {
    if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET");
      return refused(HttpURLConnection.HTTP_BAD_METHOD, "only GET is answered");
    }
    if (!isMeant(exchange.getRequestHeaders().getFirst("Host"))) {
      return refused(HttpURLConnection.HTTP_FORBIDDEN, "only callers of this host are answered");
    }
    String query = exchange.getRequestURI().getRawQuery();
    return switch (exchange.getRequestURI().getPath()) {
      case "/status" -> status();
      case "/connections" -> connections(query == null ? MOST + MOST_BY_DEFAULT : query);
      default -> refused(HttpURLConnection.HTTP_NOT_FOUND, "there are /status and /connections");
    };
  }

  private Answer status() throws InterruptedException {
    EngineStatus all = survey(0);
    return all == null ? tooBusy() : found(NodeJson.status(node, all));
  }

  private Answer connections(String query) throws InterruptedException {
    int most = most(query);
    if (most < 0) {
      return refused(
          HttpURLConnection.HTTP_BAD_REQUEST, "must be most=1 to most=" + StatusScan.MAX_RECENT);
    }
    EngineStatus all = survey(most);
    return all == null ? tooBusy() : found(NodeJson.connections(all));
  }

  /**
   * A few at a time, so that many callers do not slow each other down; null if it takes too long.
   */
  private @Nullable EngineStatus survey(int most) throws InterruptedException {
    if (!surveys.tryAcquire(SURVEY_WAIT_SECONDS, TimeUnit.SECONDS)) {
      return null;
    }
    try {
      return node.survey(most);
    } finally {
      surveys.release();
    }
  }

  /** The number that is asked for; negative if it is none. */
  private static int most(String query) {
    if (!query.matches(MOST + "[0-9]{1,4}")) {
      return -1;
    }
    int most = Integer.parseInt(query.substring(MOST.length()));
    return most >= 1 && most <= StatusScan.MAX_RECENT ? most : -1;
  }

  /**
   * Whether a caller meant this host: a page of somebody else's, whose name was made to lead here,
   * asks for that name.
   */
  private static boolean isMeant(@Nullable String host) {
    if (host == null) {
      return true;
    }
    ListenAddress address = ListenAddress.parse(host);
    return (address == null ? new ListenAddress(host, 0) : address).isLoopback();
  }

  private static Answer found(ObjectNode json) {
    return new Answer(HttpURLConnection.HTTP_OK, json);
  }

  private static Answer tooBusy() {
    return refused(UNAVAILABLE, "a worker does not answer");
  }

  private static Answer refused(int code, String message) {
    return new Answer(code, NodeJson.error(message));
  }
}
