package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With {@code on-crash: open} the kernel goes on when the program is killed or stopped. */
@Tag("live")
@Tag("alone")
final class LiveCrashTest {
  private static final long IDLE_NANOS = 4_000_000_000L;
  private static final long STOPPED_NANOS = 10_000_000_000L;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @Test
  @DisplayName(
      "a killed program leaves all connections to the kernel, and the next one adopts them")
  void survivesKill() throws IOException {
    try (Network network = CrashNetwork.make();
        SocketPair untouched = CrashNetwork.pair(network, CrashNetwork.UNTOUCHED);
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED)) {
      try (BoxProcess first = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
          Connection plain = untouched.connect();
          Connection shifted = edited.connect()) {
        CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
        CrashNetwork.exchange(shifted, 200_000);
        CrashNetwork.exchange(plain, 200_000);
        Eventually.holds(
            "both are given away", () -> CrashNetwork.fast(network, "connections") == 2);
        long killedNanos = System.nanoTime();
        first.kill();
        CrashNetwork.exchange(plain, 10_000);
        CrashNetwork.exchange(shifted, 10_000);
        CrashNetwork.assertOpens(edited, killedNanos);
        CrashNetwork.exchange(shifted, 10_000);
        String other = CrashNetwork.OPEN.replace("require", "{ mode: require, entries: 1000 }");
        try (BoxProcess second = CrashNetwork.start(network, directory, other)) {
          CrashNetwork.exchange(plain, 10_000);
          CrashNetwork.exchange(shifted, 10_000);
          CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
          assertThat(CrashNetwork.fast(network, "on-crash/adopted")).isEqualTo(1);
          CrashNetwork.exchange(shifted, 10_000);
          assertThat(String.join("\n", second.errorLines()))
              .contains("took over from a program that has died", "goes on with=1 reset=0");
          assertThat(second.stop()).isZero();
          assertThatThrownBy(() -> Connection.readLine(shifted.client()))
              .hasMessage("Connection reset");
          assertThatThrownBy(() -> Connection.readLine(shifted.server()))
              .hasMessage("Connection reset");
        }
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    }
  }

  @Test
  @DisplayName("an edited connection whose octets are as many as before is adopted, too")
  void adoptsWithoutAShift() throws IOException {
    String sameLength = "Hello earth";
    String configuration = CrashNetwork.OPEN.replace(CrashNetwork.REPLACEMENT, sameLength);
    try (Network network = CrashNetwork.make();
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess first = CrashNetwork.start(network, directory, configuration);
        Connection fast = edited.connect();
        Connection slow = edited.connect()) {
      CrashNetwork.greet(fast, sameLength);
      CrashNetwork.exchange(fast, 200_000);
      CrashNetwork.greet(slow, sameLength);
      CrashNetwork.exchange(slow, 1_000);
      Eventually.holds("one is given away", () -> CrashNetwork.fast(network, "connections") == 1);
      first.kill();
      try (BoxProcess second = CrashNetwork.start(network, directory, configuration)) {
        CrashNetwork.greetNew(edited, sameLength);
        assertThat(CrashNetwork.fast(network, "on-crash/adopted")).isEqualTo(2);
        CrashNetwork.exchange(fast, 10_000);
        CrashNetwork.exchange(slow, 10_000);
        assertThat(second.stop()).isZero();
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    }
  }

  @Test
  @DisplayName("the way that a killed program has left open is closed by one that wants that")
  void closes() throws IOException {
    String closing = CrashNetwork.OPEN.replace("on-crash: open", "on-crash: closed");
    try (Network network = CrashNetwork.make();
        SocketPair untouched = CrashNetwork.pair(network, CrashNetwork.UNTOUCHED);
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess first = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
        Connection plain = untouched.connect();
        Connection one = edited.connect();
        Connection other = edited.connect()) {
      CrashNetwork.exchange(plain, 10_000);
      for (Connection each : List.of(one, other)) {
        CrashNetwork.greet(each, CrashNetwork.REPLACEMENT);
        CrashNetwork.exchange(each, 200_000);
      }
      Eventually.holds("both are given away", () -> CrashNetwork.fast(network, "connections") >= 2);
      first.kill();
      assertThat(CrashNetwork.pins(network)).hasSize(1);
      try (BoxProcess second = CrashNetwork.start(network, directory, closing)) {
        assertThat(CrashNetwork.pins(network)).isEmpty();
        CrashNetwork.exchange(plain, 10_000);
        assertThat(String.join("\n", second.errorLines()))
            .contains("closed the way that a program with on-crash: open has left open");
        for (Connection each : List.of(one, other)) {
          assertThatThrownBy(() -> Connection.readLine(each.client()))
              .hasMessage("Connection reset");
          assertThatThrownBy(() -> Connection.readLine(each.server()))
              .hasMessage("Connection reset");
        }
        second.kill();
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("the next program may have the interfaces the other way round, and sees each frame")
  void startsTheOtherWayRound(boolean opens) throws IOException {
    String swapped =
        CrashNetwork.OPEN.replace("inside: in0, outside: out0", "inside: out0, outside: in0");
    String next = opens ? swapped : swapped.replace("on-crash: open", "on-crash: closed");
    try (Network network = CrashNetwork.make();
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess first = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
        Connection shifted = edited.connect()) {
      CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(shifted, 200_000);
      Eventually.holds("it is given away", () -> CrashNetwork.fast(network, "connections") == 1);
      long killedNanos = System.nanoTime();
      first.kill();
      CrashNetwork.assertOpens(edited, killedNanos);
      try (BoxProcess second = CrashNetwork.start(network, directory, next)) {
        CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
        assertThat(CrashNetwork.pins(network)).hasSize(opens ? 1 : 0);
        if (opens) {
          CrashNetwork.exchange(shifted, 10_000);
          assertThat(CrashNetwork.fast(network, "on-crash/adopted")).isEqualTo(1);
        } else {
          assertThatThrownBy(() -> Connection.readLine(shifted.client()))
              .hasMessage("Connection reset");
        }
        assertThat(second.stop()).isZero();
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    }
  }

  @Test
  @DisplayName("a start that fails leaves all to the kernel, and the next one adopts")
  void survivesFailedStart() throws IOException {
    try (Network network = CrashNetwork.make();
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess first = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
        Connection shifted = edited.connect()) {
      CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(shifted, 200_000);
      Eventually.holds("it is given away", () -> CrashNetwork.fast(network, "connections") == 1);
      first.kill();
      network.box().ip("link set out0 mtu 1400");
      assertThatThrownBy(() -> CrashNetwork.start(network, directory, CrashNetwork.OPEN))
          .hasMessageContaining("fast-path: require, but");
      network.box().ip("link set out0 mtu 1500");
      CrashNetwork.exchange(shifted, 10_000);
      try (BoxProcess second = CrashNetwork.start(network, directory, CrashNetwork.OPEN)) {
        CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
        Eventually.holds(
            "it is adopted", () -> CrashNetwork.fast(network, "on-crash/adopted") == 1);
        CrashNetwork.exchange(shifted, 10_000);
        assertThat(second.stop()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @DisplayName("a program lives while no packet comes, and edits the next connection")
  void livesWithoutTraffic(int workers) throws IOException {
    String configuration = CrashNetwork.OPEN + "workers: " + workers + "\n";
    try (Network network = CrashNetwork.make();
        BoxProcess box = CrashNetwork.start(network, directory, configuration);
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED)) {
      LockSupport.parkNanos(IDLE_NANOS); // nothing comes in this time
      CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
      assertThat(box.errorLines()).noneMatch(line -> line.contains("was silent"));
      assertThat(box.stop()).isZero();
    }
  }

  @Test
  @DisplayName("a second program is refused, and the first one goes on")
  void refusesTheSecond() throws IOException {
    try (Network network = CrashNetwork.make();
        BoxProcess box = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED)) {
      assertThatThrownBy(() -> CrashNetwork.start(network, directory, CrashNetwork.OPEN))
          .hasMessageContaining("another midstream works on the interface already");
      CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
      assertThat(box.stop()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  @DisplayName("a stopped program leaves all to the kernel, and begins anew when it goes on")
  void survivesStop(int workers) throws IOException {
    String configuration = CrashNetwork.OPEN + "workers: " + workers + "\n";
    try (Network network = CrashNetwork.make();
        BoxProcess box = CrashNetwork.start(network, directory, configuration);
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
      assertThat(String.join("\n", box.errorLines()))
          .contains("the program was silent, milliseconds=1");
      assertThat(box.stop()).isZero();
    }
  }
}
