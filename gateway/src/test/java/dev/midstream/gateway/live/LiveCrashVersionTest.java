package dev.midstream.gateway.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed program leaves to one of another version. */
@Tag("live")
@Tag("alone")
final class LiveCrashVersionTest {
  private static final int OTHER_LAYOUT = 1 << 20;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @Test
  @DisplayName("a program of another version begins anew, and says so in one line")
  void forgetsAnotherVersion() throws IOException {
    try (Network network = CrashNetwork.make();
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess first = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
        Connection shifted = edited.connect()) {
      CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(shifted, 200_000);
      first.kill();
      setLayout(CrashNetwork.pins(network).getFirst());
      try (BoxProcess second = CrashNetwork.start(network, directory, CrashNetwork.OPEN)) {
        CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
        assertThat(CrashNetwork.fast(network, "on-crash/adopted")).isZero();
        assertThat(second.errorLines())
            .singleElement()
            .asString()
            .contains("forgot the edited connections of a program of another version");
        assertThat(second.stop()).isZero();
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    }
  }

  private static void setLayout(Path pins) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      BpfRequest request = new BpfRequest(linux);
      int map = request.open(pins.resolve("layout").toString());
      assertThat(map).isPositive();
      assertThat(
              request.put(
                  map, arena.allocateFrom(JAVA_INT, 0), arena.allocateFrom(JAVA_INT, OTHER_LAYOUT)))
          .isZero();
      int ignored = linux.close(map);
    }
  }
}
