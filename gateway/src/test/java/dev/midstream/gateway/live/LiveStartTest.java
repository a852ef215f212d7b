package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts that are refused because others use the interfaces, with advice. */
@Tag("live")
final class LiveStartTest {
  private static final String OPEN = "on-exit: open\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", OPEN})
  @DisplayName("OWN-3 interfaces of a bridge are refused, and the bridge is left alone")
  void refusesBridgedInterfaces(String more) throws IOException {
    try (Network network = Network.make(1500)) {
      network
          .box()
          .ip(
              "link add br0 type bridge",
              "link set br0 up",
              "link set in0 master br0",
              "link set out0 master br0");
      assertThat(check(network, more + Live.EDITING))
          .contains("midstream: warning: ", ": in0 belongs to the bridge br0, ", ": ok");
      assertThatThrownBy(() -> Live.start(network, directory, more + Live.EDITING))
          .hasMessageContaining("in0 belongs to the bridge br0, ")
          .hasMessageContaining("ip link set in0 nomaster");
      assertThat(reaches(network)).isTrue();
    }
  }

  @Test
  @DisplayName("OWN-3 a second node on the same interfaces is refused, the first one goes on")
  void refusesASecondNode() throws IOException {
    Path events = directory.resolve("events.jsonl");
    String configuration = OPEN + Live.EDITING + "events: { file: " + events + " }\n";
    try (Network network = Network.make(1500);
        BoxProcess first = Live.start(network, directory, configuration)) {
      Files.writeString(events, "what the first one wrote\n");
      assertThatThrownBy(() -> Live.start(network, directory, configuration))
          .hasMessageContaining(
              "another midstream works on the interface already, end that one first: name=in0");
      assertThat(events).hasContent("what the first one wrote\n");
      assertThat(network.box().output("ip", "link")).doesNotContain("midstream-open");
      assertThat(reaches(network)).isTrue();
      assertThat(first.stop()).isZero();
      assertThat(first.errorLines()).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "OWN-3 an interface may be given by an alternative name, which is not reported as a change")
  void acceptsAlternativeNames() throws IOException {
    String configuration = Live.EDITING.replace("in0", "uplink");
    try (Network network = Network.make(1500)) {
      network.box().ip("link property add dev in0 altname uplink");
      assertThat(check(network, configuration)).doesNotContain("warning").contains(": ok");
      try (BoxProcess box = Live.start(network, directory, configuration)) {
        assertThat(reaches(network)).isTrue();
        assertThat(box.stop()).isZero();
        assertThat(box.errorLines()).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("OWN-3 a second node is refused an interface that was recreated under the first one")
  void refusesASecondNodeOnARecreatedInterface() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess first = Live.start(network, directory, Live.EDITING)) {
      network.box().ip("link del in0");
      network.client().addVeth("c0", network.box(), "in0", 1500);
      network.client().ip("addr add " + Network.CLIENT + "/24 dev c0");
      assertThat(reaches(network)).isTrue();
      assertThatThrownBy(() -> Live.start(network, directory, Live.EDITING))
          .hasMessageContaining("end that one first: name=in0");
      assertThat(first.stop()).isZero();
      assertThat(first.errorLines()).last().asString().endsWith("interface in0 is up");
    }
  }

  @Test
  @DisplayName("OWN-3 after a crash the next node starts, and another one on other interfaces")
  void startsAfterACrashAndBesideOthers() throws IOException {
    String none = "admin: { listen: none }\n";
    try (Network network = Network.make(1500)) {
      try (BoxProcess first = Live.start(network, directory, none + Live.EDITING)) {
        first.kill();
      }
      network
          .box()
          .ip("link add in5 type veth peer name in6", "link add out5 type veth peer name out6");
      String beside = none + Live.EDITING.replace("in0", "in5").replace("out0", "out5");
      try (BoxProcess second = Live.start(network, directory, none + Live.EDITING);
          BoxProcess third = Live.start(network, directory, beside)) {
        assertThat(reaches(network)).isTrue();
        for (BoxProcess box : List.of(second, third)) {
          assertThat(box.stop()).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"shared, other", "other, shared"})
  @DisplayName("OWN-3 a second node is refused files of the first one, also on other interfaces")
  void refusesFilesOfAnotherNode(String eventsName, String recordingName) throws IOException {
    Path shared = directory.resolve("shared");
    String none = "admin: { listen: none }\n";
    String beside = Live.EDITING.replace("in0", "in5").replace("out0", "out5");
    try (Network network = Network.make(1500)) {
      network
          .box()
          .ip("link add in5 type veth peer name in6", "link add out5 type veth peer name out6");
      try (BoxProcess first =
          Live.start(network, directory, none + Live.EDITING + events(shared))) {
        Files.writeString(shared, "what the first one wrote\n");
        assertThatThrownBy(() ->
                Live.start(
                        network,
                        directory,
                        none + beside + events(directory.resolve(eventsName)),
                        "--record",
                        directory.resolve(recordingName).toString())
                    .close())
            .hasMessageContaining(shared + ": another program writes to it");
        assertThat(shared).hasContent("what the first one wrote\n");
        assertThat(first.stop()).isZero();
      }
    }
  }

  private static String events(Path file) {
    return "events: { file: " + file + " }\n";
  }

  /** The output of {@code check}. */
  private String check(Network network, String configuration) throws IOException {
    Path file = Files.writeString(directory.resolve("check.yaml"), configuration);
    return network
        .box()
        .output(Live.program("check", "--config", file.toString()).toArray(String[]::new));
  }

  private static boolean reaches(Network network) throws IOException {
    return network.client().call(() -> InetAddress.getByName(Network.SERVER).isReachable(5_000));
  }
}
