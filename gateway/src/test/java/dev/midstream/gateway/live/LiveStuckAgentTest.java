package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.File;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plug-in that does not return, while other connections of its worker are open. */
@Tag("live")
@Tag("alone")
final class LiveStuckAgentTest {
  private static final int PORT = 7000;
  private static final int OTHER_PORT = 7001;
  private static final int NEXT_PORT = 7002;

  /** The number of threads that may be left, which docs/limits.md names. */
  private static final int MAX_LEFT = 4;

  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      workers: 1
      limits: { agent-time: 200ms, agent-end: 1s }
      rules:
        - { match: { destination-port: 7000 }, agent: stuck }
        - { match: { destination-port: 7002-7006 }, agent: stuck }
        - match: { destination-port: 7001 }
          agent: substitute
          settings: { client-to-server: [ { find: "Hello world", replace: "Hi there" } ] }
      """;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @BeforeEach
  void install() throws IOException {
    StuckProvider.install(directory);
  }

  @Test
  @DisplayName("C-74 a connection whose agent does not return is reset, and the others go on")
  void resetsOneConnection() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = start(network);
        Connection other = connect(network, OTHER_PORT);
        Connection first = connect(network, PORT);
        Connection second = connect(network, NEXT_PORT)) {
      assertGreets(other);
      for (Connection stuck : List.of(first, second)) {
        assertIsReset(stuck);
        assertGreets(other);
      }

      Node node = new Node(network.box(), box);
      assertThat(node.reasons()).containsEntry("agent-slow", 2L).containsEntry("agent-failed", 2L);
      assertThat(box.errorLines())
          .anyMatch(line -> line.contains("an agent is slow, worker=0 agent=stuck rule="))
          .anyMatch(line -> line.contains(StuckProvider.class.getName()))
          .anyMatch(line -> line.contains("an agent does not return, its thread is left behind"));
      assertThat(box.stop()).isZero();
    }
  }

  @Test
  @DisplayName("C-74 with four threads left status answers; one more call ends the program")
  void endsWithTheFifthCall() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = start(network)) {
      for (int i = 0; i < MAX_LEFT; i++) {
        try (Connection stuck = connect(network, NEXT_PORT + i)) {
          assertIsReset(stuck);
        }
      }
      assertThat(new Node(network.box(), box).reasons())
          .containsEntry("agent-failed", (long) MAX_LEFT);

      try (Connection last = connect(network, PORT)) {
        Connection.write(last.client(), "anything\n");
        assertThat(box.awaitEnd()).isOne();
      }
      assertThat(box.errorLines())
          .last()
          .asString()
          .startsWith("midstream: an agent does not return, worker=0 agent=stuck rule=rule-1 ");
    }
  }

  private static void assertIsReset(Connection stuck) throws IOException {
    Connection.write(stuck.client(), "anything\n");
    assertThatThrownBy(() -> Connection.readLine(stuck.client()))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  private static void assertGreets(Connection other) throws IOException {
    Connection.write(other.client(), "Hello world\n");
    assertThat(Connection.readLine(other.server())).isEqualTo("Hi there");
  }

  private BoxProcess start(Network network) throws IOException {
    Path file = Files.writeString(directory.resolve("run.yaml"), CONFIGURATION);
    String classPath = directory + File.pathSeparator + System.getProperty("java.class.path");
    List<String> command = Live.programOf(classPath, "run", "--config", file.toString());
    return BoxProcess.start(network.box(), command);
  }

  private static Connection connect(Network network, int port) throws IOException {
    return SocketPair.of(network.client(), network.server(), Network.SERVER, port).connect();
  }
}
