package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code on-crash: open} the kernel goes on when the program is killed or stopped. */
@Tag("live")
final class LiveCrashTest {
  private static final long STOPPED_NANOS = 10_000_000_000L;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    CrashNetwork.assumePrograms();
  }

  @Test
  @DisplayName(
      "a killed program leaves all connections to the kernel, and the next one adopts them")
  void survivesKill() throws IOException {
    List<Path> others = CrashNetwork.pins();
    try (Network network = Network.make(1500);
        SocketPair untouched = CrashNetwork.pair(network, CrashNetwork.UNTOUCHED);
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED)) {
      try (BoxProcess first = Live.start(network, directory, CrashNetwork.OPEN);
          Connection plain = untouched.connect();
          Connection shifted = edited.connect()) {
        CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
        CrashNetwork.exchange(shifted, 200_000);
        CrashNetwork.exchange(plain, 200_000);
        Eventually.holds(
            "both are given away", () -> CrashNetwork.fast(network, "connections") == 2);
        first.kill();
        long killedNanos = System.nanoTime();
        CrashNetwork.exchange(plain, 10_000);
        CrashNetwork.exchange(shifted, 10_000);
        CrashNetwork.assertOpens(edited, killedNanos);
        CrashNetwork.exchange(shifted, 10_000);
        try (BoxProcess second = Live.start(network, directory, CrashNetwork.OPEN)) {
          CrashNetwork.exchange(plain, 10_000);
          CrashNetwork.exchange(shifted, 10_000);
          CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
          assertThat(CrashNetwork.fast(network, "on-crash/adopted")).isEqualTo(1);
          CrashNetwork.exchange(shifted, 10_000);
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
    assertThat(CrashNetwork.pins()).isEqualTo(others);
  }

  @Test
  @DisplayName("a stopped program leaves all to the kernel, and begins anew when it goes on")
  void survivesStop() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, CrashNetwork.OPEN);
        SocketPair untouched = CrashNetwork.pair(network, CrashNetwork.UNTOUCHED);
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        Connection plain = untouched.connect();
        Connection shifted = edited.connect();
        Connection young = edited.connect()) {
      CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(shifted, 200_000);
      CrashNetwork.exchange(plain, 200_000);
      Eventually.holds("both are given away", () -> CrashNetwork.fast(network, "connections") == 2);
      CrashNetwork.greet(young, CrashNetwork.REPLACEMENT);
      box.signal("STOP");
      long stoppedNanos = System.nanoTime();
      CrashNetwork.exchange(plain, 10_000);
      CrashNetwork.exchange(shifted, 10_000);
      CrashNetwork.assertOpens(edited, stoppedNanos);
      try (Connection unedited = edited.connect()) {
        CrashNetwork.greet(unedited, Live.MARK);
        LockSupport.parkNanos(stoppedNanos + STOPPED_NANOS - System.nanoTime()); // that is the test
        CrashNetwork.exchange(shifted, 10_000);
        box.signal("CONT");
        Eventually.holds(
            "it has begun anew", () -> CrashNetwork.fast(network, "on-crash/adopted") >= 1);
        CrashNetwork.exchange(plain, 10_000);
        CrashNetwork.exchange(shifted, 10_000);
        CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
        assertThat(CrashNetwork.fast(network, "on-crash/silent-packets")).isPositive();
      }
      assertThat(box.errorLines())
          .singleElement()
          .asString()
          .contains("the program was silent, milliseconds=1");
      assertThat(box.stop()).isZero();
    }
  }
}
