package dev.midstream.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.cluster.ClusterNodes;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.gateway.Midstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Nodes in parallel between a client and a server. An agent sees all octets of {@link #PORT} and
 * {@link #OTHER_PORT}; those of {@link #OPAQUE_PORT} are opaque after the first edit of each
 * direction. There is no fast path, as a cluster has none. The JVM flags of the nodes are those of
 * the system property {@code midstream.flags}.
 */
public final class BenchCluster implements AutoCloseable {
  public static final int PORT = 7000;
  public static final int OTHER_PORT = 7002;
  public static final String FIND = "Hello world";
  public static final String REPLACEMENT = "Hi there, whole wide world";
  static final int OPAQUE_PORT = 7001;

  private static final String RULES =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      workers: 1
      fast-path: off
      limits: { hold-time: 1h }
      rules:
        - name: measured
          match: { destination-port: [ %1$d, %2$d ] }
          agent: substitute
          settings:
            client-to-server: [ { find: "%4$s", replace: "%5$s" } ]
            server-to-client: [ { find: "%4$s", replace: "%5$s" } ]
        - name: opaque
          match: { destination-port: %3$d }
          agent: substitute
          settings:
            client-to-server: [ { find: "%4$s", replace: "%5$s", limit: 1 } ]
            server-to-client: [ { find: "%4$s", replace: "%5$s", limit: 1 } ]
      """
          .formatted(PORT, OTHER_PORT, OPAQUE_PORT, FIND, REPLACEMENT);

  private final ClusterNetwork network;
  private final ClusterNodes nodes;

  private BenchCluster(ClusterNetwork network, ClusterNodes nodes) {
    this.network = network;
    this.nodes = nodes;
  }

  /**
   * Starts {@code count} nodes.
   *
   * @param isCluster false for one node without a cluster
   * @param settings lines of the section {@code cluster}
   */
  public static BenchCluster start(int count, boolean isCluster, String settings)
      throws IOException {
    ClusterNetwork network = ClusterNetwork.make(count);
    try {
      ClusterNodes nodes =
          new ClusterNodes(
              network,
              Files.createTempDirectory("cluster"),
              BenchCluster::program,
              (_, node, bind, members, authority) ->
                  RULES + (isCluster ? section(node, bind, members, authority, settings) : ""));
      if (isCluster) {
        nodes.issueCertificates();
        int[] all = new int[count];
        for (int number = 1; number <= count; number++) {
          all[number - 1] = number;
        }
        nodes.start(all);
      } else {
        nodes.startAlone(1);
      }
      BenchCluster started = new BenchCluster(network, nodes);
      if (isCluster) {
        started.awaitTables();
      }
      return started;
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  private static String section(
      String node, String bind, String members, Path authority, String settings) {
    return """
    cluster:
      node: %1$s
      bind: "%2$s"
      members: [ %3$s ]
      delivery: shared-mac
      tls: { authority: %4$s/ca.pem, certificate: %4$s/%1$s.pem, key: %4$s/%1$s.key }
    """
            .formatted(node, bind, members, authority)
        + settings.indent(2);
  }

  private static List<String> program(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("midstream.flags", "").trim().split("\\s+")));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Midstream.class.getName()));
    command.addAll(arguments);
    return command;
  }

  /** Waits until all nodes have opened their tables, which takes seconds of processor time. */
  void awaitTables() throws IOException {
    for (int number : nodes.running()) {
      nodes.await(
          "n" + number + " has its tables",
          () -> {
            JsonNode tables = nodes.status(number).path("cluster").path("tables");
            return tables.path("state").asText().equals("ready");
          });
    }
  }

  /** The nodes. */
  public ClusterNodes nodes() {
    return nodes;
  }

  /** The network that they forward in. */
  public ClusterNetwork network() {
    return network;
  }

  /** A server that listens at {@code port}, and a client. */
  SocketPair sockets(int port) throws IOException {
    return SocketPair.of(network.client(), network.server(), ClusterNetwork.SERVER, port);
  }

  /** Takes all links of a node down, or up again: to the others its host has died. */
  public void cut(int number, boolean isCut) throws IOException {
    String way = isCut ? " down" : " up";
    network
        .segments()
        .ip("link set i" + number + way, "link set o" + number + way, "link set b" + number + way);
  }

  /** How many connections all nodes know, open or closed. */
  long known() throws IOException {
    long known = 0;
    for (int number : nodes.running()) {
      known += nodes.connections(number);
    }
    return known;
  }

  /** The client's ports of the connections that a node has, the latest 1,000 at most. */
  public Set<Integer> clientPorts(int number) throws IOException {
    JsonNode answer = NodeRequests.get(network.node(number), "/connections?most=1000");
    return answer
        .path("connections")
        .valueStream()
        .map(each -> each.path("ends").asText().split(" ", 2)[0])
        .map(client -> Integer.valueOf(client.substring(client.lastIndexOf(':') + 1)))
        .collect(Collectors.toSet());
  }

  /** The buckets that a node owns, as it says itself. */
  public List<Integer> owned(int number) throws IOException {
    return NodeRequests.get(network.node(number), "/cluster")
        .path("bucket-list")
        .valueStream()
        .filter(each -> each.path("owner").asText().equals(ClusterNodes.bind(number)))
        .map(each -> each.path("bucket").asInt())
        .toList();
  }

  /** Orders a node to give a bucket to another one, and does not wait. */
  public void move(int bucket, int owner, int heir) throws IOException {
    NodeRequests.order(
        network.node(owner), "/cluster/move?bucket=" + bucket + "&to=" + ClusterNodes.bind(heir));
  }

  @Override
  public void close() throws IOException {
    nodes.close();
    network.close();
  }
}
