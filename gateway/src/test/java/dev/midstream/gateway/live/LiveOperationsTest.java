package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.demo.traffic.Transfer;
import dev.midstream.wire.capture.CaptureReader;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's view of a running node. */
@Tag("live")
final class LiveOperationsTest {
  private static final int PORT = 7000;
  private static final long TIMEOUT_NANOS = 10_000_000_000L;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  private static JsonNode query(Network network, String... arguments) throws IOException {
    return new JsonMapper()
        .readTree(network.box().output(Live.program(arguments).toArray(String[]::new)));
  }

  /** Returns when the box has written a line to stderr. */
  private static void awaitLine(BoxProcess box) {
    long startNanos = System.nanoTime();
    while (box.errorLines().isEmpty()) {
      if (System.nanoTime() - startNanos > TIMEOUT_NANOS) {
        throw new AssertionError("no line on stderr within 10 s");
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void converse(Connection connection) throws IOException {
    Connection.write(connection.client(), "Hello world, and Hello world\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo("Hi there, and Hi there");
    Connection.write(connection.server(), "nothing to edit\n");
    assertThat(Connection.readLine(connection.client())).isEqualTo("nothing to edit");
  }

  @Test
  @DisplayName("OWN-3 a running node shows its interfaces, connections and edits")
  void showsInterfacesConnectionsAndEdits() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, Live.EDITING);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      converse(connection);

      JsonNode status = query(network, "status", "--json");
      assertThat(status.path("edits").asInt()).isEqualTo(2);
      assertThat(status.at("/connections/handlings/edited").asInt()).isOne();
      assertThat(status.at("/interfaces/0/name").asText()).isEqualTo("in0");
      assertThat(status.at("/interfaces/1/sent-frames").asInt()).isPositive();

      JsonNode shown = query(network, "connections", "--json").at("/connections/0");
      assertThat(shown.path("ends").asText()).endsWith(" > " + Network.SERVER + ":7000");
      assertThat(shown.path("state").asText()).isEqualTo("established");
      assertThat(shown.path("agent").asText()).isEqualTo("substitute");
      assertThat(shown.at("/client-to-server/octets-in").asInt()).isEqualTo(29);
      assertThat(shown.at("/client-to-server/octets-out").asInt()).isEqualTo(23);
      assertThat(shown.at("/client-to-server/edits").asInt()).isEqualTo(2);
      assertThat(shown.at("/client-to-server/shift").asInt()).isEqualTo(-6);
      assertThat(shown.at("/server-to-client/octets-in").asInt()).isEqualTo(16);
      assertThat(shown.path("reasons").isObject()).isTrue();

      network.box().ip("link set out0 down");
      awaitLine(box);
      network.box().ip("link set out0 up");
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines())
          .allMatch(
              line -> line.matches("midstream: [-0-9T:.]+Z (WARN |INFO ) interface out0 is \\w+"));
    }
  }

  @Test
  @DisplayName("OWN-3 an interface renamed at run time is reported and works on")
  void callsARenamedInterfaceByItsNewName() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, "workers: 2\n" + Live.EDITING);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      network.box().ip("link set in0 down", "link set in0 name inx0", "link set inx0 up");
      Eventually.holds(
          "the node knows the new name and state",
          () -> {
            JsonNode inside = query(network, "status", "--json").at("/interfaces/0");
            return inside.path("name").asText().equals("inx0")
                && inside.path("state").asText().equals("up");
          });
      converse(connection);
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines())
          .satisfiesOnlyOnce(line -> assertThat(line).endsWith("interface in0 is now inx0"));
    }
  }

  @Test
  @DisplayName("OWN-3 a running node writes each edit as an event, and packets before and after")
  void writesEventsAndRecording() throws IOException {
    Path events = directory.resolve("events.jsonl");
    Path recording = directory.resolve("both.pcapng");
    try (Network network = Network.make(1500);
        BoxProcess box =
            Live.start(
                network,
                directory,
                Live.EDITING + "events: { file: " + events + " }\n",
                "--record",
                recording.toString());
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT)) {
      try (Connection connection = sockets.connect()) {
        converse(connection);
        JsonNode progress = query(network, "status", "--json").path("recording");
        assertThat(progress.path("open").asBoolean()).isTrue();
        assertThat(progress.path("packets").asInt()).isGreaterThan(10);
        assertThat(progress.path("lost").asInt()).isZero();
      }
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).isEmpty();
    }

    assertThat(Files.readAllLines(events))
        .filteredOn(line -> !line.contains("\"reason\":\"box-ends\""))
        .hasSize(2)
        .allMatch(line -> line.contains("\"reason\":\"edit\""))
        .last()
        .asString()
        .contains("\"direction\":\"client-to-server\",\"offset\":17,\"removed\":11,\"inserted\":8");
    assertReadable(recording);
    assertThat(Files.readString(recording, StandardCharsets.ISO_8859_1))
        .contains("Hello world, and Hello world", "Hi there, and Hi there", "before: ", "after: ");
  }

  @Test
  @DisplayName("OWN-3 at full speed each edit is an event, or is counted as lost")
  void countsEditsThatAreNotWritten() throws IOException {
    Path events = directory.resolve("events.jsonl");
    String configuration = Live.EDITING + "events: { file: " + events + ", per-second: 1000000 }\n";
    Document document = new Document(1, 50_000, 4_000, Live.MARK);
    long lost;
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, configuration);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, PORT);
        Connection connection = sockets.connect()) {
      Transfer transfer = Transfer.start(connection.server(), connection.client(), document);
      assertThat(transfer.await(60).digest()).isEqualTo(document.digestReplacing(Live.REPLACEMENT));
      lost = query(network, "status", "--json").at("/events/lost").asLong(-1);
      assertThat(box.stop()).isZero();
    }
    List<String> lines = Files.readAllLines(events);
    assertThat(lines).noneMatch(line -> line.contains("suppressed"));
    long written = lines.stream().filter(line -> line.contains("\"reason\":\"edit\"")).count();
    assertThat(written + lost).as("written=%d lost=%d", written, lost).isEqualTo(50_000);
  }

  private static void assertReadable(Path recording) throws IOException {
    Packet packet = new Packet();
    try (CaptureReader reader = CaptureReader.open(recording)) {
      while (reader.next(packet)) {
        assertThat(packet.length()).isPositive();
      }
      assertThat(reader.packetCount()).isGreaterThan(10);
      assertThat(reader.damage()).isNull();
    }
  }

  @Test
  @DisplayName("OWN-3 an address in use stops a node whose file names it, and no other")
  void refusesAddressInUseOnlyIfNamed() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess first = Live.start(network, directory, Live.EDITING)) {
      String more =
          Live.EDITING.replace("afpacket", "tun").replace("0,", "1,").replace("0 }", "1 }");
      assertThatThrownBy(() ->
              Live.start(network, directory, more + "admin: { listen: 127.0.0.1:9400 }\n").close())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("yaml:9: admin cannot listen, address=127.0.0.1:9400")
          .hasMessageContaining(", key=admin.listen");
      try (BoxProcess second = Live.start(network, directory, more)) {
        assertThat(second.stop()).isZero();
        assertThat(second.errorLines())
            .singleElement()
            .asString()
            .contains("admin cannot listen, address=127.0.0.1:9400 error=");
      }
      assertThat(first.errorLines()).isEmpty();
    }
  }
}
