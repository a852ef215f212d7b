package dev.midstream.gateway.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.fastpath.FastPathCounts;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.port.LegListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeFastPathTest {
  private static final String CLUSTER =
      "cluster: {node: n1, bind: '10.9.0.1:7800', tls: {authority: a, certificate: b, key: c}}";

  @TempDir private Path directory = Path.of("");
  private final List<String> lines = new ArrayList<>();

  private Configuration load(String text) throws Exception {
    return ConfigurationFile.load(Files.writeString(directory.resolve("c.yaml"), text));
  }

  private NodeFastPath open(String text, boolean isRecording) throws Exception {
    return NodeFastPath.open(load(text), isRecording, (level, line) -> lines.add(level + line));
  }

  @ParameterizedTest
  @CsvSource({
    "'port: { kind: tun, inside: a, outside: b }', false, port.kind is tun",
    "mode: monitor, false, mode is monitor",
    "'', true, packets are recorded"
  })
  @DisplayName("one line says why the fast path is off, and the program needs a reason to go on")
  void saysWhyItIsOff(String text, boolean isRecording, String why) throws Exception {
    try (NodeFastPath path = open(text + "\nfast-path: auto", isRecording)) {
      assertThat(lines).containsExactly("INFOthe fast path is off: " + why);
      assertThat(path.state()).isEqualTo(new NodeFastPath.State(why));
      assertIsOff(path);
    }
    assertThatThrownBy(() -> open(text + "\nfast-path: require", isRecording))
        .isInstanceOf(InputException.class)
        .hasMessage("fast-path: require, but " + why);
  }

  @Test
  @DisplayName("a node of a cluster does without the fast path")
  void isOffInCluster() throws Exception {
    try (NodeFastPath path = open(CLUSTER + "\nfast-path: auto", false)) {
      assertThat(Objects.requireNonNull(path.state()).why()).isEqualTo("the node is in a cluster");
    }
  }

  @Test
  @DisplayName("where the fast path is not wanted, nothing is said of it")
  void isSilentIfNotWanted() throws Exception {
    try (NodeFastPath path = open("mode: monitor\nfast-path: off", false)) {
      assertThat(lines).isEmpty();
      assertThat(path.state()).isNull();
      assertIsOff(path);
      path.checkRequired();
    }
  }

  @Test
  @DisplayName("operators see each count of the kernel's program in its own place")
  void showsEachCount() {
    int reasons = RecallReason.values().length;
    long[] totals = new long[reasons + 5];
    Arrays.setAll(totals, i -> 100 + i);
    NodeFastPath.Open open = new NodeFastPath.Open(1, 2, 3);

    NodeFastPath.State state = NodeFastPath.State.of("", new FastPathCounts(totals), open);

    assertThat(state.packets()).isEqualTo(100 + RecallReason.NONE.number());
    assertThat(state.octets()).isEqualTo(100 + reasons);
    assertThat(state.doubled()).isEqualTo(100 + reasons + 2);
    assertThat(state.returned()).isEqualTo(100 + reasons + 3);
    assertThat(state.early()).isEqualTo(100 + reasons + 4);
    assertThat(state.open()).isSameAs(open);
  }

  private static void assertIsOff(NodeFastPath path) throws InputException {
    WorkerFastPath worker = path.worker(true, null, 0);
    assertThat(worker.terms()).isEqualTo(FastPathTerms.OFF);
    assertThat(worker.share(Share.WHOLE)).isEqualTo(Share.WHOLE);
    LegListener listener = (_, _) -> {};
    assertThat(worker.listener(listener)).isSameAs(listener);
    assertThat(worker.isDue()).isFalse();
  }

  @Test
  @DisplayName("the kernel forwards only between two interfaces that are there, with equal MTUs")
  void needsEqualInterfaces() {
    Device one = new Device(3, 1_500);
    assertThat(Device.obstacle(one, new Device(4, 1_500))).isEmpty();
    assertThat(Device.obstacle(one, new Device(4, 1_400)))
        .isEqualTo("the MTUs differ, inside=1500 outside=1400");
    assertThat(Device.obstacle(Device.NONE, one)).isEqualTo("an interface is absent");
    assertThat(Device.obstacle(one, Device.NONE)).isEqualTo("an interface is absent");
  }
}
