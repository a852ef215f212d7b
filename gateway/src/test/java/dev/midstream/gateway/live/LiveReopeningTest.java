package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.wire.header.TcpFlags;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SYNs of an edited connection whose engine is dead. The program is there again, or the kernel
 * forwards all.
 */
@Tag("live")
@Tag("alone")
final class LiveReopeningTest {
  private static final int SETTLING = 200_000;
  private static final int MORE = 10_000;
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int SYNS = 3;
  private static final long ANSWER_NANOS = 100_000_000;
  private static final long SILENT_NANOS = 1_500_000_000;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  /** What is done with a connection whose engine is dead. */
  @FunctionalInterface
  private interface Act {
    void on(Network network, ServerSocketChannel listening, Connection connection)
        throws IOException;
  }

  private void withDeadEngine(boolean isThereAgain, Act act) throws IOException {
    InetSocketAddress address = new InetSocketAddress(Network.SERVER, CrashNetwork.EDITED);
    try (Network network = CrashNetwork.make();
        ServerSocketChannel listening =
            network.server().call(() -> ServerSocketChannel.open().bind(address));
        BoxProcess first = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
        Connection connection = connect(network.client(), listening, 0)) {
      CrashNetwork.greet(connection, CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(connection, SETTLING);
      Eventually.holds("it is given away", () -> CrashNetwork.fast(network, "connections") == 1);
      first.kill();
      if (!isThereAgain) {
        LockSupport.parkNanos(SILENT_NANOS); // the kernel waits for a second
        act.on(network, listening, connection);
      }
      try (BoxProcess second = CrashNetwork.start(network, directory, CrashNetwork.OPEN)) {
        if (isThereAgain) {
          Eventually.holds("it goes on", () -> CrashNetwork.fast(network, "on-crash/adopted") == 1);
          act.on(network, listening, connection);
        }
        assertThat(second.stop()).isZero(); // which leaves nothing
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("forged SYNs in the name of both ends, and their answers, end no connection")
  void outlivesForgedSyns(boolean isThereAgain) throws IOException {
    withDeadEngine(
        isThereAgain,
        (network, _, connection) -> {
          try (OddSegments ofClient = syns(network, connection, true);
              OddSegments ofServer = syns(network, connection, false)) {
            for (int i = 0; i < SYNS; i++) {
              ofClient.send();
              CrashNetwork.exchange(connection, MORE);
              ofServer.send();
              LockSupport.parkNanos(ANSWER_NANOS); // the ends answer
              CrashNetwork.exchange(connection, MORE);
            }
          }
        });
  }

  private static OddSegments syns(Network network, Connection connection, boolean isClient)
      throws IOException {
    return isClient
        ? new OddSegments(
            network.client(),
            "c0",
            connection.client(),
            TcpFlags.SYN,
            linkAddress(network.server(), "s0"))
        : new OddSegments(
            network.server(),
            "s0",
            connection.server(),
            TcpFlags.SYN,
            linkAddress(network.client(), "c0"));
  }

  private static String linkAddress(Namespace space, String name) throws IOException {
    String said = space.output("ip", "-o", "link", "show", name);
    Matcher found = Pattern.compile("link/ether ([0-9a-f:]{17})").matcher(said);
    assertThat(found.find()).as(said).isTrue();
    return found.group(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("a client that has lost a connection opens it anew, with the same port")
  void opensAnew(boolean isThereAgain) throws IOException {
    String expected = isThereAgain ? CrashNetwork.REPLACEMENT : Live.MARK;
    withDeadEngine(
        isThereAgain,
        (network, listening, connection) -> {
          int port = ((InetSocketAddress) connection.client().getLocalAddress()).getPort();
          network.client().ip("route add blackhole " + Network.SERVER);
          assertThat(network.client().output("ss", "-K", "sport", "=", ":" + port))
              .contains(":" + port);
          connection.client().close();
          network.client().ip("route del blackhole " + Network.SERVER);
          try (Connection next = connect(network.client(), listening, port)) {
            CrashNetwork.greet(next, expected);
            CrashNetwork.exchange(next, SETTLING);
          }
        });
  }

  /** Opens a connection from {@code port}, 0 for any. */
  private static Connection connect(Namespace client, ServerSocketChannel listening, int port)
      throws IOException {
    SocketChannel from = client.call(SocketChannel::open);
    try {
      from.bind(new InetSocketAddress(Network.CLIENT, port));
      from.socket().connect(listening.getLocalAddress(), TIMEOUT_MILLIS);
      listening.socket().setSoTimeout(TIMEOUT_MILLIS);
      SocketChannel to = listening.socket().accept().getChannel();
      return new Connection(from, Objects.requireNonNull(to));
    } catch (IOException e) {
      from.close();
      throw e;
    }
  }
}
