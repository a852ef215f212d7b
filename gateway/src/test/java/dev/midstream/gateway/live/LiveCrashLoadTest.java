package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed, started and stopped under 200 transfers, half of them edited before. */
@Tag("live")
@Tag("slow")
final class LiveCrashLoadTest {
  private static final int TRANSFERS = 200;
  private static final long STOPPED_NANOS = 10_000_000_000L;
  private static final String OPEN =
      CrashNetwork.OPEN.replace(
          "fast-path: require", "fast-path: {mode: require, least-octets: 1000}");

  @TempDir private Path directory = Path.of("");
  private final List<Connection> connections = new ArrayList<>();
  private final List<LastingTransfer> transfers = new ArrayList<>();

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @Test
  @DisplayName("no transfer breaks or changes when the program dies, is started again, and stops")
  void carriesOn() throws Exception {
    try (Network network = CrashNetwork.make();
        SocketPair untouched = CrashNetwork.pair(network, CrashNetwork.UNTOUCHED);
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess first = CrashNetwork.start(network, directory, OPEN)) {
      open(untouched, edited);
      startAll();
      Eventually.holds(
          "all are given away", () -> CrashNetwork.fast(network, "connections") == TRANSFERS);
      assertAllMove();
      first.kill();
      CrashNetwork.assertOpens(edited, System.nanoTime());
      assertAllMove();
      try (BoxProcess second = CrashNetwork.start(network, directory, OPEN)) {
        Eventually.holds(
            "it edits again",
            () -> CrashNetwork.fast(network, "on-crash/adopted") == TRANSFERS / 2);
        CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
        assertAllMove();
        second.signal("STOP");
        long stoppedNanos = System.nanoTime();
        CrashNetwork.assertOpens(edited, stoppedNanos);
        assertAllMove();
        LockSupport.parkNanos(stoppedNanos + STOPPED_NANOS - System.nanoTime()); // that is the test
        second.signal("CONT");
        assertAllMove();
        Eventually.holds("it has begun anew", () -> hasSaid(second, "the program was silent"));
        CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
        assertAllMove();
        endAll();
        assertThat(second.stop()).isZero();
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    } finally {
      for (Connection each : connections) {
        each.close();
      }
    }
  }

  private static boolean hasSaid(BoxProcess box, String text) {
    return box.errorLines().stream().anyMatch(line -> line.contains(text));
  }

  private void open(SocketPair untouched, SocketPair edited) throws IOException {
    for (int i = 0; i < TRANSFERS; i++) {
      Connection connection = (i % 2 == 0 ? untouched : edited).connect();
      connections.add(connection);
      CrashNetwork.greet(connection, i % 2 == 0 ? Live.MARK : CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(connection, 2_000);
    }
  }

  /** A quarter of each kind in each direction. */
  private void startAll() {
    for (int i = 0; i < TRANSFERS; i++) {
      SocketChannel client = connections.get(i).client();
      SocketChannel server = connections.get(i).server();
      boolean isUp = i / 2 % 2 == 0;
      transfers.add(LastingTransfer.start(isUp ? client : server, isUp ? server : client, i));
    }
  }

  private void assertAllMove() throws IOException {
    List<Long> before = transfers.stream().map(LastingTransfer::received).toList();
    Eventually.holds(
        "all move",
        () -> {
          for (int i = 0; i < TRANSFERS; i++) {
            if (transfers.get(i).received() == before.get(i)) {
              return false;
            }
          }
          return true;
        });
  }

  private void endAll() throws Exception {
    transfers.forEach(LastingTransfer::end);
    for (LastingTransfer each : transfers) {
      each.assertWhole();
    }
  }
}
