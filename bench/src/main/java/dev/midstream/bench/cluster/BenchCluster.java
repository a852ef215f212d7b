package dev.midstream.bench.cluster;

import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.cluster.ClusterNodes;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.gateway.Midstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Nodes in parallel between a client and a server; an agent sees all octets of port 7000. */
final class BenchCluster implements AutoCloseable {
  static final String FIND = "Hello world";
  static final String REPLACEMENT = "Hi there, whole wide world";

  private static final int PORT = 7000;

  private final ClusterNetwork network;
  private final ClusterNodes nodes;
  private final SocketPair sockets;

  private BenchCluster(ClusterNetwork network, ClusterNodes nodes, SocketPair sockets) {
    this.network = network;
    this.nodes = nodes;
    this.sockets = sockets;
  }

  /**
   * Starts {@code count} nodes.
   *
   * @param isCluster false for one node without a cluster
   * @param settings lines of the section {@code cluster}
   */
  static BenchCluster start(int count, boolean isCluster, String settings) throws IOException {
    ClusterNetwork network = ClusterNetwork.make(count);
    try {
      Path directory = Files.createTempDirectory("cluster");
      ClusterNodes nodes =
          new ClusterNodes(
              network,
              directory,
              BenchCluster::program,
              (_, node, bind, members, authority) ->
                  RULES + (isCluster ? section(node, bind, members, authority, settings) : ""));
      if (isCluster) {
        nodes.issueCertificates();
      }
      int[] all = new int[count];
      for (int number = 1; number <= count; number++) {
        all[number - 1] = number;
      }
      if (isCluster) {
        nodes.start(all);
      } else {
        nodes.startAlone(1);
      }
      SocketPair sockets =
          SocketPair.of(network.client(), network.server(), ClusterNetwork.SERVER, PORT);
      return new BenchCluster(network, nodes, sockets);
    } catch (IOException e) {
      network.close();
      throw e;
    }
  }

  private static final String RULES =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      workers: 1
      limits: { hold-time: 1h }
      rules:
        - name: measured
          match: { destination-port: 7000 }
          agent: substitute
          settings:
            client-to-server: [ { find: "%1$s", replace: "%2$s" } ]
            server-to-client: [ { find: "%1$s", replace: "%2$s" } ]
      """
          .formatted(FIND, REPLACEMENT);

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
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Midstream.class.getName()));
    command.addAll(arguments);
    return command;
  }

  ClusterNodes nodes() {
    return nodes;
  }

  SocketPair sockets() {
    return sockets;
  }

  /** Takes all links of a node down, or up again: to the others its host has died. */
  void cut(int number, boolean isCut) throws IOException {
    for (String port : List.of("i", "o", "b")) {
      network.segments().ip("link set " + port + number + (isCut ? " down" : " up"));
    }
  }

  @Override
  public void close() throws IOException {
    sockets.close();
    nodes.close();
    network.close();
  }
}
