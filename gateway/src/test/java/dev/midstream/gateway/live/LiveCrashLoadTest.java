package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed, started and stopped under load, half of it edited before. */
@Tag("live")
@Tag("alone")
@Tag("slow")
final class LiveCrashLoadTest {
  private static final int TRANSFERS = 200;
  private static final int GUARDED = 40;
  private static final long STOPPED_NANOS = 10_000_000_000L;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  private static String giving(long leastOctets) {
    return CrashNetwork.OPEN.replace(
        "fast-path: require",
        "fast-path: {mode: require, least-octets: %d}".formatted(leastOctets));
  }

  @Test
  @DisplayName("no transfer breaks or changes when the program dies, is started again, and stops")
  void carriesOn() throws Exception {
    String configuration = giving(1_000);
    try (Network network = CrashNetwork.make();
        CrashTransfers transfers = new CrashTransfers(network);
        BoxProcess first = CrashNetwork.start(network, directory, configuration)) {
      transfers.start(TRANSFERS);
      Eventually.holds(
          "all are given away", () -> CrashNetwork.fast(network, "connections") == TRANSFERS);
      transfers.assertAllMove();
      long killedNanos = System.nanoTime();
      first.kill();
      CrashNetwork.assertOpens(transfers.edited(), killedNanos);
      transfers.assertAllMove();
      try (BoxProcess second = CrashNetwork.start(network, directory, configuration)) {
        Eventually.holds(
            "it edits again",
            () -> CrashNetwork.fast(network, "on-crash/adopted") == TRANSFERS / 2);
        CrashNetwork.greetNew(transfers.edited(), CrashNetwork.REPLACEMENT);
        transfers.assertAllMove();
        stop(second, transfers);
        transfers.end();
        assertThat(second.stop()).isZero();
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    }
  }

  @Test
  @DisplayName("transfers that pass the program go on by their guards when it is stopped")
  void goesOnByGuards() throws Exception {
    String configuration = giving(1L << 30);
    try (Network network = CrashNetwork.make();
        CrashTransfers transfers = new CrashTransfers(network);
        BoxProcess box = CrashNetwork.start(network, directory, configuration)) {
      transfers.start(GUARDED);
      transfers.assertAllMove();
      assertThat(CrashNetwork.fast(network, "connections")).isZero();
      stop(box, transfers);
      assertThat(CrashNetwork.fast(network, "on-crash/adopted")).isEqualTo(GUARDED / 2);
      assertThat(CrashNetwork.fast(network, "on-crash/lost")).isZero();
      transfers.end();
      assertThat(box.stop()).isZero();
      assertThat(CrashNetwork.pins(network)).isEmpty();
    }
  }

  /** Stops {@code box} for ten seconds, in which the kernel forwards. */
  private static void stop(BoxProcess box, CrashTransfers transfers) throws IOException {
    box.signal("STOP");
    long stoppedNanos = System.nanoTime();
    CrashNetwork.assertOpens(transfers.edited(), stoppedNanos);
    transfers.assertAllMove();
    LockSupport.parkNanos(stoppedNanos + STOPPED_NANOS - System.nanoTime()); // that is the test
    box.signal("CONT");
    transfers.assertAllMove();
    Eventually.holds("it has begun anew", () -> hasSaid(box, "the program was silent"));
    CrashNetwork.greetNew(transfers.edited(), CrashNetwork.REPLACEMENT);
    transfers.assertAllMove();
  }

  private static boolean hasSaid(BoxProcess box, String text) {
    return box.errorLines().stream().anyMatch(line -> line.contains(text));
  }
}
