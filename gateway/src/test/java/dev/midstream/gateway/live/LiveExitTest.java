package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes while the program does not run. */
@Tag("live")
final class LiveExitTest {
  private static final String OPEN = "on-exit: open\n" + Live.EDITING;
  private static final String BRIDGE = "midstream-open";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("OWN-3 on-exit closed: nothing passes before the start and after the end")
  void forwardsNothingBeforeAndAfterByDefault() throws IOException {
    try (Network network = Network.make(1500)) {
      assertThat(pings(network, 500)).isFalse();
      try (BoxProcess box = Live.start(network, directory, Live.EDITING)) {
        assertThat(pings(network, 5_000)).isTrue();
        assertThat(box.stop()).isZero();
      }
      assertThat(pings(network, 500)).isFalse();
    }
  }

  @Test
  @DisplayName("OWN-3 on-exit open: the kernel bridges the interfaces until the next start")
  void bridgesInterfacesAtTheEnd() throws IOException {
    try (Network network = Network.make(1500)) {
      for (int run = 0; run < 2; run++) {
        try (BoxProcess box = Live.start(network, directory, OPEN)) {
          assertThat(isBridgeThere(network)).isFalse();
          assertThat(pings(network, 5_000)).isTrue();
          assertThat(box.stop()).isZero();
          assertThat(box.errorLines()).isEmpty();
        }
        assertThat(isBridgeThere(network)).isTrue();
        assertThat(pings(network, 5_000)).isTrue();
      }
      try (BoxProcess box = Live.start(network, directory, Live.EDITING)) {
        assertThat(isBridgeThere(network)).isFalse();
        assertThat(box.stop()).isZero();
      }
      assertThat(pings(network, 500)).isFalse();
    }
  }

  @Test
  @DisplayName("OWN-3 on-exit open: interfaces that were renamed meanwhile are bridged")
  void bridgesRenamedInterfaces() throws IOException {
    try (Network network = Network.make(1500)) {
      try (BoxProcess box = Live.start(network, directory, OPEN)) {
        network.box().ip("link set in0 down", "link set in0 name in9", "link set in9 up");
        assertThat(pings(network, 10_000)).isTrue();
        assertThat(box.stop()).isZero();
      }
      assertThat(network.box().output("ip", "link", "show", "in9")).contains("master " + BRIDGE);
      assertThat(pings(network, 5_000)).isTrue();
    }
  }

  @Test
  @DisplayName("OWN-3 on-exit open: a start without a capability keeps the bridge")
  void keepsTheBridgeWithoutTheCapability() throws IOException {
    try (Network network = Network.make(1500)) {
      try (BoxProcess box = Live.start(network, directory, OPEN)) {
        assertThat(box.stop()).isZero();
      }
      List<String> failing = without("net_raw", OPEN);
      assertThatThrownBy(() -> BoxProcess.start(network.box(), failing).close())
          .hasMessageContaining("CAP_NET_RAW");
      assertThat(isBridgeThere(network)).isTrue();
      assertThat(pings(network, 5_000)).isTrue();
    }
  }

  /** Which step of the start is the first without a descriptor depends on the class path. */
  @Test
  @DisplayName("OWN-3 on-exit open: a start for which descriptors run out keeps the bridge")
  void keepsTheBridgeWithoutDescriptors() throws IOException {
    try (Network network = Network.make(1500)) {
      try (BoxProcess box = Live.start(network, directory, OPEN)) {
        assertThat(box.stop()).isZero();
      }
      for (int descriptors : new int[] {62, 65, 68, 71, 74, 77, 80, 90, 110}) {
        List<String> failing = withDescriptors(descriptors);
        assertThatThrownBy(() -> BoxProcess.start(network.box(), failing).close())
            .as("descriptors=%d", descriptors)
            .hasMessageContaining("the program does not start");
        assertThat(isBridgeThere(network)).as("descriptors=%d", descriptors).isTrue();
        assertThat(pings(network, 5_000)).as("descriptors=%d", descriptors).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"on-crash: closed", "on-crash: open"})
  @DisplayName("OWN-3 on-exit open: an end for which there are no descriptors makes the bridge")
  void bridgesAtAnEndWithoutDescriptors(String onCrash) throws IOException {
    if (onCrash.endsWith("open")) {
      Live.assumeFastPath();
    }
    try (Network network = Network.make(1500)) {
      try (BoxProcess box = Live.start(network, directory, OPEN + onCrash + "\n")) {
        String pid = Long.toString(box.pid());
        String _ = network.box().output("prlimit", "--pid", pid, "--nofile=8:8");
        int _ = box.stop(); // it may say what it could not do
      }
      assertThat(isBridgeThere(network)).isTrue();
      assertThat(pings(network, 5_000)).isTrue();
    }
  }

  @Test
  @DisplayName(
      "OWN-3 without the capability to remove the bridge, the program says how to and keeps it")
  void explainsHowToRemoveABridge() throws IOException {
    try (Network network = Network.make(1500)) {
      List<String> opening = without("net_admin", OPEN);
      assertThatThrownBy(() -> BoxProcess.start(network.box(), opening))
          .hasMessageContaining("CAP_NET_ADMIN is missing, or leave on-exit closed");
      try (BoxProcess box = Live.start(network, directory, OPEN)) {
        assertThat(box.stop()).isZero();
      }
      List<String> closing = without("net_admin", Live.EDITING);
      assertThatThrownBy(() -> BoxProcess.start(network.box(), closing))
          .hasMessageContaining("cannot take away the bridge of an earlier run")
          .hasMessageContaining("CAP_NET_ADMIN")
          .hasMessageContaining("ip link del " + BRIDGE)
          .hasMessageNotContaining("on-exit");
      assertThat(pings(network, 5_000)).isTrue();
      network.box().ip("link del " + BRIDGE);
      try (BoxProcess box = BoxProcess.start(network.box(), closing)) {
        assertThat(pings(network, 5_000)).isTrue();
        assertThat(box.stop()).isZero();
      }
    }
  }

  @Test
  @DisplayName("OWN-3 on-exit open: SIGTERM during the start ends it in order, with the bridge")
  void bridgesAgainAfterSigtermDuringTheStart() throws IOException {
    try (Network network = Network.make(1500)) {
      try (BoxProcess box = Live.start(network, directory, OPEN)) {
        assertThat(box.stop()).isZero();
      }
      List<String> slow = Live.runWith(directory, "workers: 16\n" + OPEN);
      try (BoxProcess box = BoxProcess.launch(network.box(), slow)) {
        Eventually.holds("the bridge is away", () -> !isBridgeThere(network));
        assertThat(box.stop()).isZero();
        assertThat(box.errorLines()).isEmpty();
      }
      assertThat(isBridgeThere(network)).isTrue();
      assertThat(pings(network, 5_000)).isTrue();
    }
  }

  @Test
  @DisplayName("OWN-3 on-exit open: after SIGKILL nothing passes")
  void staysClosedAfterACrash() throws IOException {
    try (Network network = Network.make(1500)) {
      try (BoxProcess box = Live.start(network, directory, OPEN)) {
        box.kill();
      }
      assertThat(isBridgeThere(network)).isFalse();
      assertThat(pings(network, 500)).isFalse();
    }
  }

  @Test
  @DisplayName("OWN-3 on-exit open: a bridge of that name with other interfaces is not touched")
  void leavesForeignBridgesAlone() throws IOException {
    try (Network network = Network.make(1500)) {
      network
          .box()
          .ip(
              "link add other type veth peer name another",
              "link add " + BRIDGE + " type bridge",
              "link set other master " + BRIDGE);
      assertThatThrownBy(() -> Live.start(network, directory, OPEN))
          .hasMessageContaining("another interface of its name, name=" + BRIDGE);
      try (BoxProcess box = Live.start(network, directory, Live.EDITING)) {
        assertThat(pings(network, 5_000)).isTrue();
        assertThat(box.stop()).isZero();
      }
      assertThat(network.box().output("ip", "link", "show", "other")).contains("master " + BRIDGE);
    }
  }

  /** The command line of the program with this configuration, without a capability. */
  private List<String> without(String capability, String configuration) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--bounding-set=-" + capability, "--inh-caps=-" + capability));
    command.addAll(Live.runWith(directory, configuration));
    return command;
  }

  /** The command line of the program with more workers than it has file descriptors for. */
  private List<String> withDescriptors(int descriptors) throws IOException {
    String limit = "--nofile=%1$d:%1$d".formatted(descriptors);
    List<String> command = new ArrayList<>(List.of("prlimit", limit));
    command.addAll(
        Live.runUntrained(directory, "fast-path: off\nworkers: 64\n" + OPEN)); // loads more classes
    return command;
  }

  private static boolean isBridgeThere(Network network) throws IOException {
    return network.box().output("ip", "link").contains(BRIDGE);
  }

  private static boolean pings(Network network, int millis) throws IOException {
    return network.client().call(() -> InetAddress.getByName(Network.SERVER).isReachable(millis));
  }
}
