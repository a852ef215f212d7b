package dev.midstream.gateway.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.midstream.gateway.config.ListenAddress;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusScan;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The answers of a node: {@code GET /status}, {@code GET /connections?most=N}, {@code GET
 * /connections?all&most=N}, {@code GET /cluster}, {@code GET /metrics}, and orders. Thread-safe.
 */
final class Answers {
  private static final int MAX_SCANS = 4;
  private static final int MAX_WAITING = 64;
  private static final long SCAN_WAIT_SECONDS = 4;
  private static final int DEFAULT_LIMIT = 100;
  private static final String LIMIT_KEY = "most=";
  private static final String ALL_KEY = "all&";

  private final Node node;
  private final ClusterOrders orders;
  private final Semaphore scans = new Semaphore(MAX_SCANS, true);

  Answers(Node node) {
    this.node = node;
    orders = new ClusterOrders(node);
  }

  Response to(Request request) throws InterruptedException {
    if (!request.hosts().stream().allMatch(Answers::isAllowedHost)) {
      return Response.error(Response.FORBIDDEN, "only requests from this host are answered");
    }
    if (request.method().equals("POST")) {
      return orders.to(request);
    }
    if (!request.method().equals("GET")) {
      return Response.error(Response.METHOD_NOT_ALLOWED, "only GET and POST are answered");
    }
    String query = request.query();
    return switch (request.path()) {
      case "/status" -> status();
      case "/connections" -> connections(query == null ? LIMIT_KEY + DEFAULT_LIMIT : query);
      case "/cluster" -> cluster();
      case "/metrics" -> metrics(request.accept());
      default ->
          Response.error(
              Response.NOT_FOUND, "unknown path, use /status, /connections, /cluster or /metrics");
    };
  }

  private Response status() throws InterruptedException {
    EngineStatus all = scan(0);
    if (all == null) {
      return busy();
    }
    ObjectNode json = NodeJson.status(node, all);
    ClusterHandle handle = node.cluster();
    ClusterStatus cluster = node.clusterStatus();
    if (handle != null && cluster != null) {
      ObjectNode summary = ClusterJson.summary(cluster);
      summary.set("tables", ClusterJson.tables(handle.tables()));
      json.set("cluster", summary);
    }
    return Response.ok(json);
  }

  private Response metrics(String accept) throws InterruptedException {
    EngineStatus all = scan(0);
    ClusterStatus cluster = all == null ? null : node.clusterStatus();
    if (all == null || (cluster == null && node.cluster() != null)) {
      return busy();
    }
    return MetricsText.of(node, all, cluster, accept);
  }

  private Response cluster() throws InterruptedException {
    if (node.cluster() == null) {
      return Response.error(Response.NOT_FOUND, ClusterOrders.NO_CLUSTER);
    }
    ClusterStatus status = node.clusterStatus();
    return status == null ? busy() : Response.ok(ClusterJson.whole(status));
  }

  private Response connections(String query) throws InterruptedException {
    boolean isOfAll = query.startsWith(ALL_KEY);
    int limit = limit(isOfAll ? query.substring(ALL_KEY.length()) : query);
    if (limit < 0) {
      return Response.error(
          Response.BAD_REQUEST, "must be most=1 to most=" + StatusScan.MAX_RECENT);
    }
    if (isOfAll) {
      return commonConnections(limit);
    }
    EngineStatus all = scan(limit);
    return all == null ? busy() : Response.ok(NodeJson.connections(all));
  }

  private Response commonConnections(int limit) throws InterruptedException {
    ClusterHandle handle = node.cluster();
    if (handle == null) {
      return Response.error(Response.NOT_FOUND, ClusterOrders.NO_CLUSTER);
    }
    if (!acquire()) {
      return Response.error(Response.UNAVAILABLE, "too many clients ask at once");
    }
    try {
      return Response.ok(ClusterJson.connections(handle.connections(limit)));
    } catch (IOException e) {
      return Response.error(Response.UNAVAILABLE, String.valueOf(e.getMessage()));
    } finally {
      scans.release();
    }
  }

  /**
   * A scan of all workers; null if it takes too long. Few scans run at the same time, so that many
   * clients do not slow each other down, and few wait for them.
   */
  private @Nullable EngineStatus scan(int limit) throws InterruptedException {
    if (!acquire()) {
      return null;
    }
    try {
      return node.scan(limit);
    } finally {
      scans.release();
    }
  }

  private boolean acquire() throws InterruptedException {
    return scans.getQueueLength() <= MAX_WAITING
        && scans.tryAcquire(SCAN_WAIT_SECONDS, TimeUnit.SECONDS);
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
  private static boolean isAllowedHost(String host) {
    ListenAddress address = ListenAddress.parse(host);
    return (address == null ? new ListenAddress(host, 0) : address).isLoopback();
  }

  private Response busy() {
    List<String> slowCalls = node.slowCalls();
    String why = slowCalls.isEmpty() ? "" : ", an agent is slow, " + String.join("; ", slowCalls);
    return Response.error(Response.UNAVAILABLE, "a worker does not answer" + why);
  }
}
