package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traffic without edits passes unchanged, and edited traffic fits every kind of wire. */
@Tag("live")
final class LiveTransparencyTest {
  private static final int TIMEOUT_MILLIS = 10_000;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName(
      "OWN-3 ARP, IPv6 neighbour discovery, ping and datagrams pass, whole and in fragments")
  void passesAllButTcpUnchanged() throws IOException {
    try (Site site = new Site(Network.make(1500), directory, Live.EDITING)) {
      for (String server : new String[] {Network.SERVER, Network.SERVER_6}) {
        InetAddress address = InetAddress.getByName(server);
        boolean reached = site.network().client().call(() -> address.isReachable(TIMEOUT_MILLIS));
        assertThat(reached).as("ping " + server).isTrue();
        for (int bytes : new int[] {1, 1_400, 20_000, 65_000}) {
          assertDatagramArrives(site.network(), address, bytes);
        }
      }
      assertThat(site.network().client().output("ip", "neigh")).contains(Network.SERVER);
      assertThat(site.network().client().output("ip", "neigh")).contains(Network.SERVER_6);
      assertThat(site.box().stop()).isZero();
      assertThat(site.box().errorLines()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{displayName} {0} {1} offloads={2}")
  @CsvSource({
    "10.1.0.2, 1500, true",
    "fd00:1::2, 1500, false",
    "10.1.0.2, 9000, false",
    "fd00:1::2, 9000, true"
  })
  @DisplayName("OWN-3 TCP passes, edited and not")
  void deliversTcp(String server, int mtu, boolean offloads) throws IOException {
    Network network = Network.make(mtu);
    if (!offloads) {
      network.client().disableOffloads("c0");
      network.server().disableOffloads("s0");
    }
    try (Site site = new Site(network, directory, Live.EDITING)) {
      assertBothWays(site, server, Site.OTHER_PORT, Live.MARK);
      assertBothWays(site, server, Site.EDITED_PORT, Live.REPLACEMENT);
      assertThat(site.box().errorLines()).isEmpty();
      assertThat(site.network().client().output("cat", "/proc/net/snmp"))
          .containsPattern(noErrors());
      assertThat(site.network().server().output("cat", "/proc/net/snmp"))
          .containsPattern(noErrors());
    }
  }

  @ParameterizedTest(name = "{displayName} {0} {1}")
  @CsvSource({"8100b007, 10.1.0.2", "88a8e009 81004008, fd00:1::2"})
  @DisplayName("OWN-3 tagged frames are edited like others, and keep their tags with priorities")
  void editsTaggedFrames(String tags, String server) throws IOException {
    TaggingBox nearClient = new TaggingBox(tags);
    TaggingBox nearServer = new TaggingBox(tags);
    Network network = Network.withBoxes(1508, nearClient, nearServer);
    network.client().ip("link set c0 mtu 1500");
    network.server().ip("link set s0 mtu 1500");
    try (Site site = new Site(network, directory, Live.EDITING)) {
      assertBothWays(site, server, Site.EDITED_PORT, Live.REPLACEMENT);
      assertThat(site.box().errorLines()).isEmpty();
    }
    assertThat(nearClient.untagged()).isPositive();
    assertThat(nearServer.untagged()).isPositive();
    assertThat(nearClient.unexpected() + nearServer.unexpected()).isZero();
  }

  @Test
  @DisplayName("OWN-3 frames that the kernel tags are edited like others")
  void editsFramesTaggedByTheKernel() throws IOException {
    Network network = Network.make(1508);
    try (Site site = new Site(network, directory, Live.EDITING)) {
      assumeTrue(knowsTags(network.box()), "skipped: this kernel knows no VLANs");
      tag(network.client(), "c0", "10.7.0.1/24");
      tag(network.server(), "s0", "10.7.0.2/24");
      assertBothWays(site, "10.7.0.2", Site.EDITED_PORT, Live.REPLACEMENT);
      assertThat(site.box().errorLines()).isEmpty();
    }
  }

  private static boolean knowsTags(Namespace namespace) {
    try {
      namespace.ip("link add link in0 name in0.9 type vlan id 9", "link del in0.9");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void tag(Namespace end, String name, String address) throws IOException {
    end.ip(
        "link add link %1$s name %1$s.7 mtu 1500 type vlan id 7".formatted(name),
        "link set " + name + ".7 up",
        "addr add " + address + " dev " + name + ".7");
  }

  private static void assertBothWays(Site site, String server, int port, String replacement)
      throws IOException {
    Document up = new Document(1, 2_000, 4_000, Live.MARK);
    Document down = new Document(2, 4_000, 2_000, Live.MARK);
    try (Connection connection = site.connect(server, port)) {
      Live.assertBothArrive(connection, up, down, replacement);
    }
  }

  private static void assertDatagramArrives(Network network, InetAddress address, int bytes)
      throws IOException {
    byte[] sent = new byte[bytes];
    new SplittableRandom(bytes).nextBytes(sent);
    InetSocketAddress server = new InetSocketAddress(address, Site.EDITED_PORT);
    try (DatagramSocket to = network.server().call(() -> new DatagramSocket(server));
        DatagramSocket from = network.client().call(() -> new DatagramSocket())) {
      to.setSoTimeout(TIMEOUT_MILLIS);
      from.send(new DatagramPacket(sent, bytes, server));
      DatagramPacket received = new DatagramPacket(new byte[bytes + 1], bytes + 1);
      to.receive(received);
      assertThat(Arrays.copyOf(received.getData(), received.getLength())).isEqualTo(sent);
    }
  }

  /** A pattern for the line of TCP counters in which InErrs, the third from the end, is 0. */
  private static String noErrors() {
    return "(?m)^Tcp: .*\\d+ 0 \\d+ \\d+$";
  }
}
