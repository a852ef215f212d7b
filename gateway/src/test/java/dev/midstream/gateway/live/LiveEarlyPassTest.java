package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no rule can match is forwarded by the kernel from its first packet. */
@Tag("live")
@Tag("alone")
final class LiveEarlyPassTest {
  private static final int PORT = 7_002;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int OCTETS = 200_000;
  private static final String EARLY =
      CrashNetwork.OPEN
          .replace("on-crash: open\n", "")
          .replace("fast-path: require", "fast-path: { mode: require, pass-early: true }");

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, Network.SERVER_6})
  @DisplayName("TCP and UDP without a rule never come up; a connection with a rule is edited")
  void passesEarly(String server) throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, EARLY);
        SocketPair edited =
            SocketPair.of(network.client(), network.server(), server, CrashNetwork.EDITED);
        SocketPair untouched =
            SocketPair.of(network.client(), network.server(), server, CrashNetwork.UNTOUCHED)) {
      Eventually.holds("it is on", () -> isOn(network));
      try (Connection connection = untouched.connect()) {
        CrashNetwork.exchange(connection, OCTETS);
        assertThat(BoxStatus.of(network.box()).at("/connections/known").asLong()).isZero();
      }
      JsonNode status = BoxStatus.of(network.box());
      assertThat(status.at("/fast-path/early").asLong()).isGreaterThan(2 * OCTETS / 65_536);
      assertThat(status.at("/connections/opened").asLong()).isZero();
      assertDatagramsArrive(network, server);
      InetAddress address = InetAddress.getByName(server);
      assertThat(network.client().call(() -> address.isReachable(TIMEOUT_MILLIS))).isTrue();
      CrashNetwork.greetNew(edited, CrashNetwork.REPLACEMENT);
      assertThat(BoxStatus.of(network.box()).at("/connections/opened").asLong()).isOne();
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).isEmpty();
    }
  }

  /** A datagram of 1,400 octets passes early, and the fragments of a longer one arrive as well. */
  private static void assertDatagramsArrive(Network network, String server) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(server), PORT);
    try (DatagramSocket to = network.server().call(() -> new DatagramSocket(address));
        DatagramSocket from = network.client().call(() -> new DatagramSocket())) {
      to.setSoTimeout(TIMEOUT_MILLIS);
      for (int bytes : new int[] {1_400, 20_000}) {
        long before = early(network);
        from.send(new DatagramPacket(new byte[bytes], bytes, address));
        DatagramPacket received = new DatagramPacket(new byte[bytes + 1], bytes + 1);
        to.receive(received);
        assertThat(received.getLength()).isEqualTo(bytes);
        assertThat(early(network) > before || bytes > 1_400).isTrue();
      }
    }
  }

  @Test
  @DisplayName("nothing passes early while the MTUs differ; then connections pass the program")
  void endsWhileMtusDiffer() throws IOException {
    try (Network network = Network.make(1500);
        BoxProcess box = Live.start(network, directory, EARLY);
        SocketPair sockets = CrashNetwork.pair(network, CrashNetwork.UNTOUCHED);
        Connection connection = sockets.connect()) {
      Eventually.holds("it is on", () -> isOn(network));
      CrashNetwork.exchange(connection, 1_000);
      network.box().ip("link set out0 mtu 1400");
      Eventually.holds("the fast path is off", () -> box.fastPathLines().size() == 1);
      long before = early(network);
      CrashNetwork.exchange(connection, 1_000); // in segments that fit
      assertThat(early(network)).isEqualTo(before);
      network.box().ip("link set out0 mtu 1500");
      Eventually.holds("the fast path is on again", () -> box.fastPathLines().size() == 2);
      CrashNetwork.exchange(connection, 1_000);
      assertThat(early(network)).isGreaterThan(before);
      assertThat(box.stop()).isZero();
    }
  }

  private static long early(Network network) throws IOException {
    return BoxStatus.of(network.box()).at("/fast-path/early").asLong();
  }

  private static boolean isOn(Network network) {
    try {
      return BoxStatus.of(network.box()).at("/fast-path/state").asText().equals("on");
    } catch (IOException _) {
      return false; // a busy machine answers late
    }
  }
}
