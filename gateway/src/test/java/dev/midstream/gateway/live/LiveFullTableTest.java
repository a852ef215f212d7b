package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More connections than the kernel's table has room for. */
@Tag("live")
@Tag("alone")
final class LiveFullTableTest {
  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName("a connection without room passes the program, and status tells that there was none")
  void goesOnWithoutRoom() throws IOException {
    Live.assumeFastPath();
    String configuration =
        Live.SETTLING.replace(
            "fast-path: require", "fast-path: { mode: require, entries: 2, least-octets: 1000 }");
    try (Network network = CrashNetwork.make();
        BoxProcess box = Live.start(network, directory, configuration);
        SocketPair sockets = CrashNetwork.pair(network, CrashNetwork.UNTOUCHED);
        Connection first = sockets.connect();
        Connection second = sockets.connect()) {
      CrashNetwork.exchange(first, 10_000);
      Eventually.holds(
          "the first is given away", () -> CrashNetwork.fast(network, "connections") == 1);
      CrashNetwork.exchange(second, 10_000);
      Eventually.holds("there is no room", () -> CrashNetwork.fast(network, "full") > 0);
      CrashNetwork.exchange(second, 10_000);
      CrashNetwork.exchange(first, 10_000);
      assertThat(CrashNetwork.fast(network, "connections")).isEqualTo(1);
      assertThat(network.box().output(Live.program("status").toArray(String[]::new)))
          .containsPattern("fast path on: connections 1, .*, full [1-9]");
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).isEmpty();
    }
  }
}
