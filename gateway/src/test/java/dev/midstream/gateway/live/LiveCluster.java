package dev.midstream.gateway.live;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.ca.Authority;
import dev.midstream.ca.AuthorityException;
import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.cluster.ClusterNodes;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The program as the nodes of a {@link ClusterNetwork}. */
final class LiveCluster implements AutoCloseable {
  static final String SERVER = ClusterNetwork.SERVER;

  private static final String CLIENT = ClusterNetwork.CLIENT;

  private final String delivery;
  private final String settings;
  private final ClusterNetwork network;
  private final ClusterNodes nodes;
  private final Map<Integer, Integer> workers = new TreeMap<>();
  private String rules = Live.EDITING;
  private String limits = "limits: { hold-time: 1h }\n";

  /**
   * Segments for nodes, none of which runs.
   *
   * @param delivery how packets reach their owners
   * @param settings lines of the section {@code cluster}, beside those that name node and files
   */
  LiveCluster(Path directory, int count, String delivery, String settings) throws IOException {
    this(directory, count, delivery, settings, LiveCluster::program);
  }

  /** The same with another command line of the program with some arguments. */
  LiveCluster(
      Path directory,
      int count,
      String delivery,
      String settings,
      Function<List<String>, List<String>> program)
      throws IOException {
    this.delivery = delivery;
    this.settings = settings;
    network = ClusterNetwork.make(count);
    nodes = new ClusterNodes(network, directory, program, this::plan);
    issueCertificates(nodes.authority(), count);
  }

  /** Makes an authority in {@code files}, and the certificates of n1 to n{@code count}. */
  static void issueCertificates(Path files, int count) throws IOException {
    try {
      Authority authority = Authority.init(files, "midstream", Instant.now());
      for (int number = 1; number <= count; number++) {
        List<Path> ignored =
            authority.issue("n" + number, files, Instant.now(), Authority.DEFAULT_DURATION);
      }
    } catch (AuthorityException e) {
      throw new IOException(e);
    }
  }

  /** The command line of the program. */
  static List<String> program(List<String> arguments) {
    return Live.program(arguments.toArray(String[]::new));
  }

  /**
   * Lets each frame reach one node only: those of the client the first one, those of the server the
   * second one, as routers do that choose different ways there and back.
   */
  void divideDirections() throws IOException {
    divideDirections(1, 2);
  }

  /** The same with frames of the client to node {@code first}, and of the server to another one. */
  void divideDirections(int first, int second) throws IOException {
    String clientAddress = address(client(), "c0");
    String serverAddress = address(server(), "s0");
    for (int number = 1; number <= network.count(); number++) {
      for (String port : List.of("i" + number, "o" + number)) {
        network
            .segments()
            .ip(
                "link set "
                    + port
                    + " type bridge_slave flood off bcast_flood off mcast_flood off");
      }
    }
    forward(serverAddress, "i" + first);
    forward(clientAddress, "c");
    forward(clientAddress, "o" + second);
    forward(serverAddress, "s");
    introduceEnds();
  }

  /** Tells both ends the address of the other one, so that they need not ask for it. */
  void introduceEnds() throws IOException {
    introduce(client(), "c0", SERVER, address(server(), "s0"));
    introduce(server(), "s0", CLIENT, address(client(), "c0"));
  }

  private static void introduce(Namespace end, String device, String other, String address)
      throws IOException {
    end.ip("neigh replace " + other + " lladdr " + address + " dev " + device + " nud permanent");
  }

  private void forward(String address, String port) throws IOException {
    String ignored =
        network
            .segments()
            .output("bridge", "fdb", "replace", address, "dev", port, "master", "static");
  }

  static String address(Namespace end, String name) throws IOException {
    return end.output("ip", "-o", "link", "show", "dev", name)
        .replaceAll("(?s).* link/ether ([0-9a-f:]+) .*", "$1")
        .strip();
  }

  /** The bridges between the ends and the nodes. */
  Namespace segments() {
    return network.segments();
  }

  /** How many nodes there is room for. */
  int count() {
    return network.count();
  }

  Namespace client() {
    return network.client();
  }

  Namespace server() {
    return network.server();
  }

  /**
   * Gives nodes so many workers, in their order, when they are started next; 1 if none is given.
   */
  LiveCluster workers(int... counts) {
    for (int number = 1; number <= counts.length; number++) {
      workers.put(number, counts[number - 1]);
    }
    return this;
  }

  /** Gives nodes {@code configuration} in place of {@link Live#EDITING} when they are started. */
  LiveCluster rules(String configuration) {
    rules = configuration;
    return this;
  }

  /**
   * Leaves the hold time of nodes that are started from now on at its default. Otherwise it is an
   * hour, so that no pause of a busy machine ends a hold.
   */
  LiveCluster defaultHoldTime() {
    limits = "";
    return this;
  }

  /** The nodes. */
  ClusterNodes nodes() {
    return nodes;
  }

  /** Starts nodes side by side, and waits until they are members together with those that run. */
  void start(int... numbers) throws IOException {
    nodes.start(numbers);
  }

  private String plan(int number, String node, String bind, String members, Path authority) {
    return rules
        + limits
        + """
        workers: %6$d
        cluster:
          node: %1$s
          bind: "%2$s"
          members: [ %3$s ]
          delivery: %5$s
          tls: { authority: %4$s/ca.pem, certificate: %4$s/%1$s.pem, key: %4$s/%1$s.key }
        """
            .formatted(node, bind, members, authority, delivery, workers.getOrDefault(number, 1))
        + settings.indent(2);
  }

  /** Cuts node {@code number} off from the segment of the nodes, or joins it again. */
  void cut(int number, boolean isCut) throws IOException {
    network.segments().ip("link set b" + number + (isCut ? " down" : " up"));
  }

  /** Takes all links of node {@code number} down: to all others its host has died. */
  void cutAll(int number) throws IOException {
    for (String port : List.of("i", "o", "b")) {
      network.segments().ip("link set " + port + number + " down");
    }
  }

  /** Waits until all nodes that run are members of one cluster and may send. */
  void awaitMembers() throws IOException {
    nodes.awaitMembers();
  }

  /** What node {@code number} knows of the cluster. */
  JsonNode cluster(int number) throws IOException {
    return nodes.status(number).path("cluster");
  }

  /** How many connections node {@code number} has. */
  long connections(int number) throws IOException {
    return nodes.connections(number);
  }

  /** The counts of all reasons at node {@code number}. */
  Map<String, Long> reasons(int number) throws IOException {
    return new Node(network.node(number), process(number)).reasons();
  }

  /** Runs a command of the program beside node {@code number}, and returns its output. */
  String command(int number, String... arguments) throws IOException {
    return QueryCommand.run(network.node(number), arguments);
  }

  BoxProcess process(int number) {
    return nodes.process(number);
  }

  /** Kills node {@code number} with SIGKILL. */
  void kill(int number) throws IOException {
    nodes.kill(number);
  }

  /** Waits for the orderly end of node {@code number}, and returns its exit code. */
  int awaitEnd(int number) throws IOException {
    return nodes.awaitEnd(number);
  }

  /** The numbers of the nodes that run. */
  List<Integer> running() {
    return nodes.running();
  }

  /** Waits for up to 60 s. A node that does not answer yet counts as "not yet". */
  void await(String what, ClusterNodes.Condition condition) throws IOException {
    nodes.await(what, condition);
  }

  @Override
  public void close() {
    ClusterDiary.note(nodes.said());
    nodes.close();
    network.close();
  }
}
