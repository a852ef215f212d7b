package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.demo.traffic.Transfer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several workers that share the connections between two interfaces. */
@Tag("live")
@Tag("alone")
final class LiveWorkersTest {
  private static final int PORT = 7000;
  private static final int TIMEOUT_SECONDS = 60;
  private static final int SMALL_MTU = 600;
  private static final String TWO_WORKERS = "workers: 2\n" + Live.EDITING;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("HDP-15 64 connections at once are edited by two workers, also by three that spin")
  void editsManyConnectionsAtOnce() throws IOException {
    for (String plan : List.of(TWO_WORKERS, "workers: 3\nidle: spin\n" + Live.EDITING)) {
      try (Network network = Network.make(1500);
          BoxProcess box = Live.start(network, directory, plan);
          SocketPair sockets =
              SocketPair.of(network.client(), network.server(), Network.SERVER, PORT)) {
        transferAll(sockets, 64, 250);
        assertThat(box.stop()).isZero();
        assertThat(box.errorLines()).isEmpty();
      }
    }
  }

  @Test
  @DisplayName(
      "HDP-12 HDP-15 fragments arrive at one worker, and their connection belongs to another")
  void editsConnectionsInFragments() throws IOException {
    try (Network network = Network.make(1500);
        Namespace router = Namespace.make()) {
      putBehindRouter(network, router);
      try (BoxProcess box = Live.start(network, directory, TWO_WORKERS);
          SocketPair sockets =
              SocketPair.of(network.client(), network.server(), Network.SERVER, PORT)) {
        transferAll(sockets, 8, 100);
        assertThat(router.output("cat", "/proc/net/snmp"))
            .as("fragments were made: FragOKs, FragFails, FragCreates")
            .doesNotContainPattern("Ip: [0-9 ]+ 0 0 0( 0)?\n");
        assertThat(box.stop()).isZero();
        assertThat(box.errorLines()).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("HDP-15 both directions reach the same worker, also after an interface was down")
  void keepsOwnersAfterAnInterfaceWasDown() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, TWO_WORKERS);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT)) {
      List<Connection> connections = connect(sockets, 16);
      network.box().ip("link set out0 down");
      network.box().ip("link set out0 up");
      network.box().ip("link set in0 down");
      network.box().ip("link set in0 up");
      transferAll(connections, 250);
      transferAll(sockets, 16, 250);
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).allMatch(line -> line.contains("interface"));
    }
  }

  /**
   * The engine dies between the openings, and early and late in the transfers. With three workers
   * two can inherit.
   */
  @ParameterizedTest(name = "{0} packets, {1}")
  @CsvSource({
    "20, workers: 2",
    "2000, workers: 2",
    "500, workers: 2",
    "2000, 'workers: 3\nidle: spin'",
  })
  @DisplayName(
      "H-18 HDP-17 the engine of a worker dies in mid-transfer, and another worker goes on")
  void goesOnAfterAnEngineDied(int packets, String workers) throws IOException {
    List<String> command = Live.runWith(directory, workers + "\n" + Live.EDITING);
    command.add(1, "-Dmidstream.kill-engine-after=" + packets);
    try (Network network = Network.make(1500);
        BoxProcess box = BoxProcess.start(network.box(), command);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT)) {
      transferAll(sockets, 8, 8_000); // more packets than an engine lives for, however large
      Map<String, Long> reasons = new Node(network.box(), box).reasons();
      assertThat(reasons).containsKey("taken-over").doesNotContainKeys("reset", "mid-stream");
      assertThat(reasons.get("taken-over")).isBetween(1L, 8L);
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).isEmpty();
    }
  }

  @Test
  @DisplayName("OWN-3 at SIGTERM every worker releases what it holds, within 5 s and under load")
  void releasesHeldOctetsAtTheEnd() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box =
            Live.start(network, directory, TWO_WORKERS + "limits: { hold-time: 1h }\n");
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT)) {
      List<Connection> held = connect(sockets, 8);
      for (Connection connection : held) {
        Connection.write(connection.client(), "Hello world\nHello wor");
        assertThat(Connection.readLine(connection.server())).isEqualTo("Hi there");
      }
      List<Connection> busy = connect(sockets, 8);
      Document document = new Document(1, 250_000, 4_000, Live.MARK);
      for (Connection connection : busy) {
        Transfer ignored = Transfer.start(connection.client(), connection.server(), document);
      }
      long startNanos = System.nanoTime();
      assertThat(box.stop()).isZero();
      assertThat(System.nanoTime() - startNanos).isLessThan(5_000_000_000L);
      for (Connection connection : held) {
        byte[] rest = new byte[100];
        connection.server().socket().setSoTimeout(5_000);
        int length = connection.server().socket().getInputStream().read(rest);
        assertThat(new String(rest, 0, length, StandardCharsets.UTF_8)).isEqualTo("Hello wor");
      }
      assertThat(box.errorLines()).isEmpty();
    }
  }

  private static void transferAll(SocketPair sockets, int count, int pages) throws IOException {
    transferAll(connect(sockets, count), pages);
  }

  private static List<Connection> connect(SocketPair sockets, int count) throws IOException {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connections.add(sockets.connect());
    }
    return connections;
  }

  /** All clients send at once; closes the connections. */
  private static void transferAll(List<Connection> connections, int pages) throws IOException {
    List<Transfer> transfers = new ArrayList<>();
    List<Document> documents = new ArrayList<>();
    for (Connection connection : connections) {
      Document document = new Document(documents.size(), pages, 4_000, Live.MARK);
      documents.add(document);
      transfers.add(Transfer.start(connection.client(), connection.server(), document));
    }
    for (int i = 0; i < transfers.size(); i++) {
      Received received = transfers.get(i).await(TIMEOUT_SECONDS);
      assertThat(received.digest())
          .as("connection %d", i)
          .isEqualTo(documents.get(i).digestReplacing(Live.REPLACEMENT));
    }
    for (Connection connection : connections) {
      connection.close();
    }
  }

  /**
   * Puts the client behind a router with a small MTU towards the box, and lets it send fragments.
   *
   * <pre>
   *   client c1 ─── r0 router r1 ─ narrow ─ in0 box out0 ─── s0 server
   * </pre>
   */
  private static void putBehindRouter(Network network, Namespace router) throws IOException {
    network.box().ip("link del in0");
    network
        .box()
        .ip(
            "link add in0 mtu %d type veth peer name r1 mtu %d netns %d"
                .formatted(SMALL_MTU, SMALL_MTU, router.pid()),
            "link set in0 up");
    network.client().ip("link add c1 type veth peer name r0 netns " + router.pid());
    network.client().ip("addr add 10.2.0.1/24 dev c1", "link set c1 up");
    network.client().sysctl("ipv4/ip_no_pmtu_disc", "1");
    router.ip(
        "addr add 10.2.0.254/24 dev r0",
        "link set r0 up",
        "addr add 10.1.0.254/24 dev r1",
        "link set r1 up");
    router.sysctl("ipv4/ip_forward", "1");
    network.client().ip("route add 10.1.0.0/24 via 10.2.0.254");
    network.server().ip("route add 10.2.0.0/24 via 10.1.0.254");
  }
}
