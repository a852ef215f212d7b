package dev.midstream.gateway.admin;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Orders to a node of a cluster: {@code POST /cluster/drain}, {@code POST /cluster/drain?stay=true}
 * and {@code POST /cluster/move?bucket=B&to=NODE}. Thread-safe.
 */
final class ClusterOrders {
  static final String NO_CLUSTER = "this node is in no cluster";

  private static final String DRAIN = "/cluster/drain";
  private static final String STAY = "stay=true";
  private static final String MOVE_PATH = "/cluster/move";
  private static final Pattern MOVE =
      Pattern.compile("bucket=(\\d{1,4})&to=([A-Za-z0-9._:\\[\\]-]+)");

  private final Node node;

  ClusterOrders(Node node) {
    this.node = node;
  }

  Response to(Request request) throws InterruptedException {
    String path = request.path();
    if (!path.equals(DRAIN) && !path.equals(MOVE_PATH)) {
      return Response.error(Response.METHOD_NOT_ALLOWED, "no order, use GET");
    }
    if (!request.isOrder()) {
      return Response.error(Response.FORBIDDEN, "an order needs the header " + Request.ORDER);
    }
    ClusterHandle cluster = node.cluster();
    if (cluster == null) {
      return Response.error(Response.NOT_FOUND, NO_CLUSTER);
    }
    if (path.equals(MOVE_PATH)) {
      return move(cluster, request.query());
    }
    return drain(cluster, request.query());
  }

  private static Response drain(ClusterHandle cluster, @Nullable String query)
      throws InterruptedException {
    if (query != null && !query.equals(STAY)) {
      return Response.error(Response.BAD_REQUEST, "must be " + STAY + ", or nothing");
    }
    return answer(cluster.drain(query != null));
  }

  private static Response move(ClusterHandle cluster, @Nullable String query)
      throws InterruptedException {
    Matcher matcher = MOVE.matcher(query == null ? "" : query);
    if (!matcher.matches()) {
      return Response.error(
          Response.BAD_REQUEST, "must be bucket=NUMBER&to=NODE, its name or ADDRESS:PORT");
    }
    int bucket = Integer.parseInt(matcher.group(1));
    return answer(cluster.move(bucket, matcher.group(2)));
  }

  private static Response answer(CompletableFuture<Optional<String>> order)
      throws InterruptedException {
    Optional<String> refusal = Node.await(order);
    if (refusal == null) {
      return Response.error(Response.UNAVAILABLE, "a worker does not answer");
    }
    return refusal.isPresent()
        ? Response.error(Response.BAD_REQUEST, refusal.get())
        : Response.ok(NodeJson.empty());
  }
}
