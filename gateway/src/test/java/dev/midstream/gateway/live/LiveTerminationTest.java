package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while a plug-in does not return. */
@Tag("live")
@Tag("alone")
final class LiveTerminationTest {
  private static final int PORT = 7000;
  private static final int FAILED = 1;
  private static final int TERMINATED = 143;
  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      workers: 1
      rules: [ { match: { destination-port: 7000 }, agent: stuck } ]
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
  @DisplayName("OWN-3 with an agent that does not return, the program still ends and says why")
  void endsWithAStuckAgent() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = start(network);
        Connection connection = connect(network)) {
      makeAgentHang(network, connection);

      assertThat(box.stop()).isEqualTo(FAILED);
      assertThat(box.errorLines().getLast()).contains("a worker does not end, worker=0");
    }
  }

  @Test
  @DisplayName("OWN-3 a second SIGTERM ends the program at once")
  void endsAtOnceOnSecondSigterm() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = start(network);
        Connection connection = connect(network)) {
      makeAgentHang(network, connection);
      box.terminate();
      LockSupport.parkNanos(
          TimeUnit.MILLISECONDS.toNanos(500)); // two pending signals may be merged into one

      assertThat(box.stop()).isEqualTo(TERMINATED);
    }
  }

  private BoxProcess start(Network network) throws IOException {
    Path file = Files.writeString(directory.resolve("run.yaml"), CONFIGURATION);
    String classPath = directory + File.pathSeparator + System.getProperty("java.class.path");
    List<String> command = Live.programOf(classPath, "run", "--config", file.toString());
    return BoxProcess.start(network.box(), command);
  }

  private static Connection connect(Network network) throws IOException {
    return SocketPair.of(network.client(), network.server(), Network.SERVER, PORT).connect();
  }

  /** Makes the agent hang, and returns when nothing passes any more. */
  private static void makeAgentHang(Network network, Connection connection) throws IOException {
    Connection.write(connection.client(), "anything\n");
    Eventually.holds(
        "nothing passes",
        () -> !network.client().call(() -> InetAddress.getByName(Network.SERVER).isReachable(300)));
  }
}
