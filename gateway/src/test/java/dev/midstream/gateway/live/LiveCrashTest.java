package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.FastPathProgram;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code on-crash: open} the kernel goes on when the program is killed or stopped. */
@Tag("live")
final class LiveCrashTest {
  private static final int UNTOUCHED = 7_001;
  private static final int EDITED = 7_000;
  private static final long OPENS_NANOS = 1_100_000_000;
  private static final long STOPPED_NANOS = 10_000_000_000L;
  private static final long SYN_AGAIN_NANOS = 1_000_000_000;
  private static final Path PINS = Path.of("/sys/fs/bpf/midstream");
  private static final String REPLACEMENT = "Hello wide world";

  /** The first mark of each direction grows; the rest is skipped. */
  private static final String OPEN =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      fast-path: require
      on-crash: open
      rules:
        - name: greeting
          match: { destination-port: 7000 }
          agent: substitute
          settings:
            client-to-server: [ { find: "Hello world", replace: "Hello wide world", limit: 1 } ]
            server-to-client: [ { find: "Hello world", replace: "Hello wide world", limit: 1 } ]
      """;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeNamespaces();
    try (Arena arena = Arena.ofConfined();
        FastPathProgram _ = FastPathProgram.load(new Linux(arena), 2, null)) {
      return;
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  @Test
  @DisplayName(
      "a killed program leaves all connections to the kernel, and the next one adopts them")
  void survivesKill() throws IOException {
    List<Path> others = pins();
    try (Network network = Network.make(1500);
        SocketPair untouched = pair(network, UNTOUCHED);
        SocketPair edited = pair(network, EDITED)) {
      try (BoxProcess first = Live.start(network, directory, OPEN);
          Connection plain = untouched.connect();
          Connection shifted = edited.connect()) {
        greet(shifted, REPLACEMENT);
        exchange(shifted, 200_000);
        exchange(plain, 200_000);
        Eventually.holds("both are given away", () -> fast(network, "connections") == 2);
        first.kill();
        long killedNanos = System.nanoTime();
        exchange(plain, 10_000);
        exchange(shifted, 10_000);
        assertOpens(edited, killedNanos);
        exchange(shifted, 10_000);
        try (BoxProcess second = Live.start(network, directory, OPEN)) {
          exchange(plain, 10_000);
          exchange(shifted, 10_000);
          greetNew(edited, REPLACEMENT);
          assertThat(fast(network, "on-crash/adopted")).isEqualTo(1);
          exchange(shifted, 10_000);
          assertThat(shifted.client().shutdownOutput()).isSameAs(shifted.client());
          assertThat(Connection.readLine(shifted.server())).isEmpty();
          assertThat(second.errorLines())
              .singleElement()
              .asString()
              .contains("took over from a program that has died", "goes on with=1 reset=0");
          assertThat(second.stop()).isZero();
        }
      }
    }
    assertThat(pins()).isEqualTo(others);
  }

  @Test
  @DisplayName("a stopped program leaves all to the kernel, and begins anew when it goes on")
  void survivesStop() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, OPEN);
        SocketPair untouched = pair(network, UNTOUCHED);
        SocketPair edited = pair(network, EDITED);
        Connection plain = untouched.connect();
        Connection shifted = edited.connect();
        Connection young = edited.connect()) {
      greet(shifted, REPLACEMENT);
      exchange(shifted, 200_000);
      exchange(plain, 200_000);
      Eventually.holds("both are given away", () -> fast(network, "connections") == 2);
      greet(young, REPLACEMENT);
      box.signal("STOP");
      long stoppedNanos = System.nanoTime();
      exchange(plain, 10_000);
      exchange(shifted, 10_000);
      assertOpens(edited, stoppedNanos);
      try (Connection unedited = edited.connect()) {
        greet(unedited, Live.MARK);
        LockSupport.parkNanos(stoppedNanos + STOPPED_NANOS - System.nanoTime()); // that is the test
        exchange(shifted, 10_000);
        box.signal("CONT");
        Eventually.holds("it has begun anew", () -> fast(network, "on-crash/adopted") >= 1);
        exchange(plain, 10_000);
        exchange(shifted, 10_000);
        greetNew(edited, REPLACEMENT);
        assertThat(fast(network, "on-crash/silent-packets")).isPositive();
      }
      assertThat(box.errorLines())
          .singleElement()
          .asString()
          .contains("the program was silent, milliseconds=1");
      assertThat(box.stop()).isZero();
    }
  }

  /** The first SYN passes: the next one would come a second later. */
  private static void assertOpens(SocketPair sockets, long killedNanos) throws IOException {
    long waitNanos = killedNanos + OPENS_NANOS - System.nanoTime();
    LockSupport.parkNanos(waitNanos); // so long the kernel gives the program
    long startNanos = System.nanoTime();
    greetNew(sockets, Live.MARK);
    assertThat(System.nanoTime() - startNanos).isLessThan(SYN_AGAIN_NANOS);
  }

  private static SocketPair pair(Network network, int port) throws IOException {
    return SocketPair.of(network.client(), network.server(), Network.SERVER, port);
  }

  private static long fast(Network network, String path) {
    try {
      JsonNode status = BoxStatus.of(network.box());
      return status.at("/fast-path/" + path).asLong(-1);
    } catch (IOException _) {
      return -1; // a busy machine answers late
    }
  }

  private static void greetNew(SocketPair sockets, String expected) throws IOException {
    try (Connection connection = sockets.connect()) {
      greet(connection, expected);
    }
  }

  private static void greet(Connection connection, String expected) throws IOException {
    Connection.write(connection.client(), Live.MARK + "\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo(expected);
    Connection.write(connection.server(), Live.MARK + "\n");
    assertThat(Connection.readLine(connection.client())).isEqualTo(expected);
  }

  private static void exchange(Connection connection, int octets) throws IOException {
    String line = "x".repeat(octets);
    Connection.write(connection.client(), line + "\n");
    assertThat(Connection.readLine(connection.server())).isEqualTo(line);
    Connection.write(connection.server(), line + "\n");
    assertThat(Connection.readLine(connection.client())).isEqualTo(line);
  }

  private static List<Path> pins() throws IOException {
    if (!Files.exists(PINS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(PINS)) {
      return all.sorted().toList();
    }
  }
}
