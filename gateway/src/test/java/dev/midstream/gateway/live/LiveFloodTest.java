package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A flood of SYNs that nothing answers, beside the connections of others. */
@Tag("live")
@Tag("alone")
final class LiveFloodTest {
  private static final int SYNS = 300_000;
  private static final long INTERVAL_NANOS = 30_000;
  private static final int PLAIN_PORT = 7001;
  private static final int EDITED_PORT = 7000;

  /** Less than a third of what the connections took if each were built; records of all fit. */
  private static final String HEAP = "-Xmx512m";

  /** SIGTERM is obeyed in a second; the rest is for a machine that does something else, too. */
  private static final Duration MAX_STOP = Duration.ofSeconds(5);

  /** How often connections must go on during the flood: it takes 9 s. */
  private static final int MIN_ROUNDS = 5;

  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      timeouts: { opening: 60s }
      rules:
        - { name: plain, match: { destination-port: 7001 }, action: allow }
        - name: greeting
          agent: substitute
          settings:
            client-to-server: [ { find: "Hello world", replace: "Hi there" } ]
      """;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("C-66 during 300,000 SYNs in 9 s connections go on, and SIGTERM is obeyed after it")
  void survivesAFlood() throws IOException {
    SynFlood flood = new SynFlood(SYNS, INTERVAL_NANOS);
    try (Network network = Network.withBoxes(1500, flood, null);
        BoxProcess box = BoxProcess.start(network.box(), command());
        Connection plain = connect(network, PLAIN_PORT);
        Connection edited = connect(network, EDITED_PORT)) {
      flood.start();
      int rounds = 0;
      while (!flood.isOver()) {
        assertGoesOn(network, plain, edited);
        rounds++;
      }
      assertThat(rounds).as("rounds during the flood").isGreaterThanOrEqualTo(MIN_ROUNDS);
      assertThat(new Node(network.box(), box).connections()).isGreaterThan(SYNS / 2);
      assertStops(box, MAX_STOP);
    }
  }

  @Test
  @DisplayName("C-66 SIGTERM is obeyed in the middle of a flood, and the connections are ended")
  void endsDuringAFlood() throws IOException {
    SynFlood flood = new SynFlood(Integer.MAX_VALUE, INTERVAL_NANOS);
    try (Network network = Network.withBoxes(1500, flood, null);
        BoxProcess box = BoxProcess.start(network.box(), command());
        Connection plain = connect(network, PLAIN_PORT);
        Connection edited = connect(network, EDITED_PORT)) {
      flood.start();
      while (flood.sent() < SYNS / 2) {
        assertGoesOn(network, plain, edited);
      }
      int before = flood.sent();
      assertStops(box, MAX_STOP);
      assertThat(flood.sent()).as("SYNs while it stops").isGreaterThan(before);
    }
    assertThat(Files.readAllLines(events())).anyMatch(line -> line.contains("\"box-ends\""));
  }

  private static void assertGoesOn(Network network, Connection plain, Connection edited)
      throws IOException {
    assertArrives(plain, Live.MARK);
    assertArrives(edited, Live.REPLACEMENT);
    try (Connection another = connect(network, EDITED_PORT)) {
      assertArrives(another, Live.REPLACEMENT);
    }
  }

  private static void assertStops(BoxProcess box, Duration max) throws IOException {
    long startNanos = System.nanoTime();
    assertThat(box.stop()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(max);
    assertThat(box.errorLines()).noneMatch(line -> line.contains("OutOfMemoryError"));
  }

  private Path events() {
    return directory.resolve("events.jsonl");
  }

  private List<String> command() throws IOException {
    String events = "events: { file: %s }\n".formatted(events());
    List<String> command = Live.runWith(directory, events + CONFIGURATION);
    command.add(1, HEAP);
    return command;
  }

  private static Connection connect(Network network, int port) throws IOException {
    try (SocketPair sockets =
        SocketPair.of(network.client(), network.server(), Network.SERVER, port)) {
      return sockets.connect();
    }
  }

  private static void assertArrives(Connection connection, String text) throws IOException {
    Connection.write(connection.client(), Live.MARK + "\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo(text);
  }
}
