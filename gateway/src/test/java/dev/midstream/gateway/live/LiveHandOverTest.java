package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Streams go over from the program to the kernel and back, again and again: an odd segment takes
 * them back. With {@code -Dmidstream.hand-overs=1000} that happens 1,000 times. It prints what the
 * streams saw of it. No stream may be silent for 2 s; with {@code -Dmidstream.silent-millis=50},
 * for the goal on a quiet machine. With {@code -Dmidstream.calm=true} no odd segment is sent, to
 * compare. The program has the options of Java that its launcher sets.
 */
@Tag("live")
@Tag("alone")
final class LiveHandOverTest {
  private static final int UNTOUCHED = 7_001;
  private static final int EDITED = 7_000;
  private static final int HAND_OVERS = Integer.getInteger("midstream.hand-overs", 30);
  private static final int MOST_SEGMENTS = 10 * HAND_OVERS;
  private static final boolean CALM = Boolean.getBoolean("midstream.calm");
  private static final long LEAST_NANOS = 5_000_000;
  private static final long MOST_NANOS = 45_000_000;

  /** Loose: the goal is 50 ms on a quiet machine; a build may have one that is busy. */
  private static final int MOST_SILENT_MILLIS =
      Integer.getInteger("midstream.silent-millis", 2_000);

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @ParameterizedTest
  @ValueSource(ints = {UNTOUCHED, EDITED})
  @DisplayName("streams of both directions go over to the kernel and back at random moments, whole")
  void goesOver(int port) throws Exception {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.startLaunched(network, directory, Live.SETTLING);
        SocketPair sockets =
            SocketPair.of(network.client(), network.server(), Network.SERVER, port);
        Connection connection = sockets.connect()) {
      if (port == EDITED) {
        greet(connection);
      }
      long startNanos = System.nanoTime();
      LastingTransfer up = LastingTransfer.startBulk(connection.client(), connection.server(), 1);
      LastingTransfer down = LastingTransfer.startBulk(connection.server(), connection.client(), 2);
      Eventually.holds("it is given away", () -> CrashNetwork.fast(network, "connections") == 1);
      takeBack(network, connection);
      up.end();
      down.end();
      up.assertWhole();
      down.assertWhole();
      Eventually.holds("the box has time", () -> CrashNetwork.fast(network, "octets") > 0);
      JsonNode fast = BoxStatus.of(network.box()).path("fast-path");
      say(port, System.nanoTime() - startNanos, List.of(up, down), fast);
      System.out.printf(
          "repeated segments: client=%d server=%d%n",
          repeated(network.client()), repeated(network.server()));
      assertThat(CALM || recalls(network) > HAND_OVERS / 2).isTrue();
      assertThat(fast.path("octets").asLong()).isGreaterThan((up.received() + down.received()) / 4);
      for (LastingTransfer each : List.of(up, down)) {
        assertThat(each.longestNanos()).isLessThan(MOST_SILENT_MILLIS * 1_000_000L);
      }
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).isEmpty();
    }
  }

  /** The one edit of each direction makes it grow. */
  private static void greet(Connection connection) throws IOException {
    Connection.write(connection.client(), "Hello world\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo("Hello wide world");
    Connection.write(connection.server(), "Hello world\n");
    assertThat(Connection.readLine(connection.client())).isEqualTo("Hello wide world");
    connection.client().socket().setSoTimeout(0);
    connection.server().socket().setSoTimeout(0);
  }

  private static void takeBack(Network network, Connection connection) throws IOException {
    SplittableRandom random = new SplittableRandom(HAND_OVERS);
    try (OddSegments ofClient = new OddSegments(network.client(), "c0", connection.client());
        OddSegments ofServer = new OddSegments(network.server(), "s0", connection.server())) {
      for (int i = 0; i < HAND_OVERS || (isTooSeldom(network) && i < MOST_SEGMENTS); i++) {
        LockSupport.parkNanos(random.nextLong(LEAST_NANOS, MOST_NANOS)); // at any moment
        OddSegments next = random.nextBoolean() ? ofClient : ofServer;
        if (!CALM) {
          next.send();
        }
      }
    }
  }

  /** On a busy machine a connection that was taken back is given away again later. */
  private static boolean isTooSeldom(Network network) {
    return !CALM && recalls(network) <= HAND_OVERS / 2;
  }

  private static long recalls(Network network) {
    return CrashNetwork.fast(network, "recalls/control-bits");
  }

  private static void say(int port, long nanos, List<LastingTransfer> transfers, JsonNode fast) {
    for (LastingTransfer each : transfers) {
      System.out.printf(
          "port=%d octets=%d Gbit/s=%.2f longest silence=%d ms%n",
          port, each.received(), 8.0 * each.received() / nanos, each.longestNanos() / 1_000_000);
    }
    System.out.println(fast);
  }

  /** Segments that the kernel of {@code end} has retransmitted. */
  private static long repeated(Namespace end) throws IOException {
    List<String[]> tcp =
        end.output("cat", "/proc/net/snmp")
            .lines()
            .filter(line -> line.startsWith("Tcp:"))
            .map(line -> line.split(" "))
            .toList();
    int column = List.of(tcp.getFirst()).indexOf("RetransSegs");
    return Long.parseLong(tcp.getLast()[column]);
  }
}
