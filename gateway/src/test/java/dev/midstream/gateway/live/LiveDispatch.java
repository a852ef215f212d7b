package dev.midstream.gateway.live;

import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.cluster.ClusterNodes;
import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The program as two nodes of a {@link ClusterNetwork}, whose interfaces are not used, and as two
 * dispatchers in front of them, of which one has the route.
 */
final class LiveDispatch implements AutoCloseable {
  static final String SERVER = ClusterNetwork.SERVER;
  static final List<Integer> NODES = List.of(1, 2);
  static final List<Integer> DISPATCHERS = List.of(3, 4);

  private static final String CLIENT = ClusterNetwork.CLIENT;
  private static final String PATIENT = "limits: { hold-time: 1h }\n";
  private static final String WITHOUT_RULES =
      "port: { kind: afpacket, inside: in0, outside: out0 }\n";
  private static final int COUNT = 4;

  private final String settings;
  private final ClusterNetwork network;
  private final ClusterNodes nodes;

  /**
   * Segments for nodes and dispatchers, none of which runs. The first dispatcher has the route.
   *
   * @param settings lines of the section {@code cluster}, beside those that name members and files
   */
  LiveDispatch(Path directory, String settings) throws IOException {
    this.settings = settings;
    network = ClusterNetwork.make(COUNT);
    nodes = new ClusterNodes(network, directory, LiveCluster::program, new Plan());
    LiveCluster.issueCertificates(nodes.authority(), COUNT);
    for (int number = 1; number <= COUNT; number++) {
      for (String port : List.of("i" + number, "o" + number)) {
        network
            .segments()
            .ip(
                "link set "
                    + port
                    + " type bridge_slave flood off bcast_flood off mcast_flood off");
      }
    }
    Namespace client = network.client();
    Namespace server = network.server();
    forward(address(client, "c0"), "c");
    forward(address(server, "s0"), "s");
    client.ip(neighbour(SERVER, address(server, "s0"), "c0"));
    server.ip(neighbour(CLIENT, address(client, "c0"), "s0"));
    route(DISPATCHERS.getFirst());
  }

  private static String neighbour(String address, String link, String device) {
    return "neigh replace " + address + " lladdr " + link + " dev " + device + " nud permanent";
  }

  private static String address(Namespace end, String name) throws IOException {
    return end.output("ip", "-o", "link", "show", "dev", name)
        .replaceAll("(?s).* link/ether ([0-9a-f:]+) .*", "$1")
        .strip();
  }

  private void forward(String address, String port) throws IOException {
    String ignored =
        network
            .segments()
            .output("bridge", "fdb", "replace", address, "dev", port, "master", "static");
  }

  /** All frames of both ends go to dispatcher {@code number} from now on. */
  void route(int number) throws IOException {
    forward(address(network.server(), "s0"), "i" + number);
    forward(address(network.client(), "c0"), "o" + number);
  }

  Namespace client() {
    return network.client();
  }

  /** Runs a command that asks node {@code number}, and returns its output. */
  String command(int number, String... arguments) throws IOException {
    return QueryCommand.run(network.node(number), arguments);
  }

  Namespace server() {
    return network.server();
  }

  /** The processes. */
  ClusterNodes nodes() {
    return nodes;
  }

  /** Ends process {@code number} with SIGTERM, and returns its exit code. */
  int end(int number) throws IOException {
    nodes.process(number).terminate();
    return nodes.awaitEnd(number);
  }

  /** The counts of all reasons at process {@code number}. */
  Map<String, Long> reasons(int number) throws IOException {
    return new Node(network.node(number), nodes.process(number)).reasons();
  }

  private static String addresses(List<Integer> numbers) {
    return numbers.stream()
        .map(each -> '"' + ClusterNodes.bind(each) + '"')
        .collect(Collectors.joining(", "));
  }

  /** Nodes run, and dispatchers dispatch. */
  private final class Plan implements ClusterNodes.Plan {
    @Override
    public String of(int number, String node, String bind, String members, Path authority) {
      return (DISPATCHERS.contains(number) ? WITHOUT_RULES : Live.EDITING + PATIENT)
          + """
          workers: 1
          cluster:
            node: %1$s
            bind: "%2$s"
            members: [ %3$s ]
            delivery: dispatch
            dispatch: { listen: [ %4$s ] }
            tls: { authority: %5$s/ca.pem, certificate: %5$s/%1$s.pem, key: %5$s/%1$s.key }
          """
              .formatted(node, bind, addresses(NODES), addresses(DISPATCHERS), authority)
          + settings.indent(2);
    }

    @Override
    public String command(int number) {
      return DISPATCHERS.contains(number) ? "dispatch" : "run";
    }
  }

  @Override
  public void close() {
    ClusterDiary.note(nodes.said());
    nodes.close();
    network.close();
  }
}
