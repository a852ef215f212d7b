package dev.midstream.gateway.live;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.ca.Authority;
import dev.midstream.ca.AuthorityException;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Nodes of a cluster in parallel between two segments that flood, each in a namespace of its own,
 * and a third segment for the nodes:
 *
 * <pre>
 *               ┌─ in0 n1 out0 ─┐
 *   client c0 ──┼─ in0 n2 out0 ─┼── s0 server        n1, n2, n3: cl0, 10.9.0.1 to 10.9.0.3
 *               └─ in0 n3 out0 ─┘
 * </pre>
 */
final class LiveCluster implements AutoCloseable {
  static final String SERVER = "10.1.0.2";

  private static final String CLIENT = "10.1.0.1";
  private static final String NO_NETFILTER =
      "for f in /proc/sys/net/bridge/bridge-nf-call-*; do [ ! -e $f ] || echo 0 >$f; done";
  private static final long WAIT_NANOS = 60_000_000_000L;
  private static final long POLL_MILLIS = 50;

  private final Path directory;
  private final String delivery;
  private final String settings;
  private final Namespace segments = Namespace.make();
  private final Namespace client = Namespace.make();
  private final Namespace server = Namespace.make();
  private final List<Namespace> nodes = new ArrayList<>();
  private final Map<Integer, BoxProcess> processes = new TreeMap<>();

  /**
   * Segments for nodes, none of which runs.
   *
   * @param delivery how packets reach their owners
   * @param settings lines of the section {@code cluster}, beside those that name node and files
   */
  LiveCluster(Path directory, int count, String delivery, String settings) throws IOException {
    this.directory = directory;
    this.delivery = delivery;
    this.settings = settings;
    for (String bridge : List.of("inside", "outside", "between")) {
      segments.ip("link add " + bridge + " type bridge mcast_snooping 0");
      segments.disableIpv6(bridge);
      segments.ip("link set " + bridge + " up");
    }
    String ignored = segments.output("sh", "-c", NO_NETFILTER);
    plug(client, "c0", "c", "inside");
    plug(server, "s0", "s", "outside");
    client.ip("addr add " + CLIENT + "/24 dev c0");
    server.ip("addr add " + SERVER + "/24 dev s0");
    Authority authority = authority();
    for (int number = 1; number <= count; number++) {
      Namespace node = Namespace.make();
      nodes.add(node);
      plug(node, "in0", "i" + number, "inside");
      plug(node, "out0", "o" + number, "outside");
      plug(node, "cl0", "b" + number, "between");
      node.ip("addr add 10.9.0." + number + "/24 dev cl0");
      issue(authority, "n" + number);
    }
  }

  private void plug(Namespace end, String name, String port, String bridge) throws IOException {
    segments.addVeth(port, end, name, 1_500);
    segments.disableIpv6(port);
    end.disableIpv6(name);
    segments.ip(
        "link set " + port + " master " + bridge,
        "link set " + port + " type bridge_slave learning off flood on");
  }

  private Authority authority() throws IOException {
    try {
      return Authority.init(directory.resolve("ca"), "midstream", Instant.now());
    } catch (AuthorityException e) {
      throw new IOException(e);
    }
  }

  private void issue(Authority authority, String node) throws IOException {
    try {
      List<Path> ignored =
          authority.issue(node, directory.resolve("ca"), Instant.now(), Authority.DEFAULT_DURATION);
    } catch (AuthorityException e) {
      throw new IOException(e);
    }
  }

  Namespace seg() {
    return segments;
  }

  /**
   * Lets each frame reach one node only: those of the client the first one, those of the server the
   * second one, as routers do that choose different ways there and back.
   */
  void divideDirections() throws IOException {
    String clientAddress = address(client, "c0");
    String serverAddress = address(server, "s0");
    for (int number = 1; number <= nodes.size(); number++) {
      for (String port : List.of("i" + number, "o" + number)) {
        segments.ip(
            "link set " + port + " type bridge_slave flood off bcast_flood off mcast_flood off");
      }
    }
    forward(serverAddress, "i1");
    forward(clientAddress, "c");
    forward(clientAddress, "o2");
    forward(serverAddress, "s");
    client.ip("neigh replace " + SERVER + " lladdr " + serverAddress + " dev c0 nud permanent");
    server.ip("neigh replace " + CLIENT + " lladdr " + clientAddress + " dev s0 nud permanent");
  }

  private void forward(String address, String port) throws IOException {
    String ignored =
        segments.output("bridge", "fdb", "replace", address, "dev", port, "master", "static");
  }

  private static String address(Namespace end, String name) throws IOException {
    return end.output("ip", "-o", "link", "show", "dev", name)
        .replaceAll("(?s).* link/ether ([0-9a-f:]+) .*", "$1")
        .strip();
  }

  Namespace client() {
    return client;
  }

  Namespace server() {
    return server;
  }

  /** Starts nodes side by side, and waits until they are members together with those that run. */
  void start(int... numbers) throws IOException {
    for (int number : numbers) {
      Path file = Files.writeString(directory.resolve("n" + number + ".yaml"), plan(number));
      BoxProcess process =
          BoxProcess.launch(node(number), Live.program("run", "--config", file.toString()));
      processes.put(number, process);
    }
    awaitMembers();
  }

  private String plan(int number) {
    String members =
        IntStream.rangeClosed(1, nodes.size())
            .mapToObj(each -> "\"10.9.0." + each + ":7800\"")
            .collect(Collectors.joining(", "));
    Path files = directory.resolve("ca");
    return Live.EDITING
        + """
        limits: { hold-time: 1h }
        cluster:
          node: n%1$d
          bind: "10.9.0.%1$d:7800"
          members: [ %2$s ]
          delivery: %4$s
          tls: { authority: %3$s/ca.pem, certificate: %3$s/n%1$d.pem, key: %3$s/n%1$d.key }
        """
            .formatted(number, members, files, delivery)
        + settings.indent(2);
  }

  private Namespace node(int number) {
    return nodes.get(number - 1);
  }

  /** Waits until all nodes that run are members of one cluster and may send. */
  void awaitMembers() throws IOException {
    int count = processes.size();
    for (int number : processes.keySet()) {
      await(
          "n" + number + " is one of " + count + " members",
          () -> {
            JsonNode cluster = cluster(number);
            return cluster.path("members").size() == count && cluster.path("leased").asBoolean();
          });
    }
  }

  /** What node {@code number} knows of the cluster. */
  JsonNode cluster(int number) throws IOException {
    return status(number).path("cluster");
  }

  private JsonNode status(int number) throws IOException {
    return new Node(node(number), process(number)).status();
  }

  /** How many connections node {@code number} has. */
  long connections(int number) throws IOException {
    return new Node(node(number), process(number)).connections();
  }

  /** The counts of all reasons at node {@code number}. */
  Map<String, Long> reasons(int number) throws IOException {
    return new Node(node(number), process(number)).reasons();
  }

  /** Runs a command of the program beside node {@code number}, and returns its output. */
  String command(int number, String... arguments) throws IOException {
    return node(number).output(Live.program(arguments).toArray(String[]::new));
  }

  BoxProcess process(int number) {
    BoxProcess process = processes.get(number);
    if (process == null) {
      throw new IllegalStateException("does not run: node=" + number);
    }
    return process;
  }

  /** Kills node {@code number} with SIGKILL. */
  void kill(int number) throws IOException {
    process(number).kill();
    processes.remove(number);
  }

  /** Waits for the orderly end of node {@code number}, and returns its exit code. */
  int awaitEnd(int number) throws IOException {
    int code = process(number).awaitEnd();
    processes.remove(number);
    return code;
  }

  /** The numbers of the nodes that run. */
  List<Integer> running() {
    return List.copyOf(processes.keySet());
  }

  /** Something that is to hold. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  /** Waits for up to 60 s. A node that does not answer yet counts as "not yet". */
  void await(String what, Condition condition) throws IOException {
    long beginNanos = System.nanoTime();
    while (!holds(condition)) {
      if (System.nanoTime() - beginNanos > WAIT_NANOS) {
        throw new IOException("not within 60 s: " + what + ": " + said());
      }
      try {
        Thread.sleep(POLL_MILLIS); // until the nodes have got further
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private static boolean holds(Condition condition) {
    try {
      return condition.holds();
    } catch (IOException _) {
      return false;
    }
  }

  /** What the nodes have said. */
  String said() {
    return processes.entrySet().stream()
        .map(
            each -> "\nn" + each.getKey() + ":\n" + String.join("\n", each.getValue().errorLines()))
        .collect(Collectors.joining());
  }

  @Override
  public void close() {
    processes.values().forEach(BoxProcess::close);
    nodes.forEach(Namespace::close);
    client.close();
    server.close();
    segments.close();
  }
}
