package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.neighbour.AnnouncingBox;
import dev.midstream.wire.neighbour.Neighbours;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two boxes in parallel between two switches that learn, which are bridges of the kernel:
 *
 * <pre>
 *                  ┌─ a1 ── in0 first out0 ── a2 ─┐
 *   client c0 ─ c ─┤ s1                        s2 ├─ s ─ s0 server
 *                  └─ b1 ── in0 next out0 ─── b2 ─┘
 * </pre>
 */
@Tag("live")
final class SwitchesTest {
  private static final byte[] CLIENT = hex("024d49445354");
  private static final byte[] SERVER = hex("024d49445355");

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("LD-2 C-72 switches send to the box that takes over as soon as it has announced")
  void switchesFollowTheHeir() throws Exception {
    try (Switched network = new Switched();
        RawEndpoint fromClient = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint atClient = RawEndpoint.at(network.client, "c0", SERVER);
        RawEndpoint fromServer = RawEndpoint.at(network.server, "s0", SERVER);
        RawEndpoint atServer = RawEndpoint.at(network.server, "s0", CLIENT)) {
      Neighbours neighbours = new Neighbours();
      try (LiveBox first = start(network.first, box(neighbours))) {
        exchange(fromClient, atServer, fromServer, atClient);
        assertThat(first.drops()).isEmpty();
      }
      assertThat(network.port(network.inside, SERVER)).isEqualTo("a1");
      assertThat(network.port(network.outside, CLIENT)).isEqualTo("a2");

      AnnouncingBox heir = box(neighbours);
      try (LiveBox next = start(network.next, heir)) {
        fromClient.send(frame(CLIENT, SERVER));
        assertThat(atServer.receive(300)).as("the switch sends it to the dead box").isNull();

        next.submit(heir::announce);
        network.await(network.inside, SERVER, "b1");
        network.await(network.outside, CLIENT, "b2");
        assertThat(network.port(network.inside, CLIENT)).isEqualTo("c");
        assertThat(network.port(network.outside, SERVER)).isEqualTo("s");
        exchange(fromClient, atServer, fromServer, atClient);
        assertThat(next.drops()).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("LD-2 a box forwards no announcement: beyond it the address is where it was")
  void forwardsNoAnnouncements() throws Exception {
    try (Switched network = new Switched();
        RawEndpoint fromClient = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint atClient = RawEndpoint.at(network.client, "c0", SERVER);
        RawEndpoint fromServer = RawEndpoint.at(network.server, "s0", SERVER);
        RawEndpoint atServer = RawEndpoint.at(network.server, "s0", CLIENT)) {
      Neighbours neighbours = new Neighbours();
      try (LiveBox first = start(network.first, box(neighbours))) {
        exchange(fromClient, atServer, fromServer, atClient);
        assertThat(first.drops()).isEmpty();
      }
      AnnouncingBox heir = box(neighbours);
      try (LiveBox bystander = start(network.first, box(new Neighbours()));
          LiveBox next = start(network.next, heir)) {
        next.submit(heir::announce);
        network.await(network.inside, SERVER, "b1");
        network.await(network.outside, CLIENT, "b2");
        for (int round = 0; round < 3; round++) {
          assertThat(atServer.receive(5_000)).as("an announcement of the client").isNotNull();
          assertThat(atClient.receive(5_000)).as("an announcement of the server").isNotNull();
        }
        assertThat(atServer.receive(100)).isNull();
        assertThat(atClient.receive(100)).isNull();
        assertThat(network.port(network.outside, SERVER)).isEqualTo("s");
        assertThat(network.port(network.inside, CLIENT)).isEqualTo("c");
        assertThat(bystander.drops()).isEmpty();
      }
    }
  }

  private static void exchange(
      RawEndpoint fromClient, RawEndpoint atServer, RawEndpoint fromServer, RawEndpoint atClient) {
    byte[] up = frame(CLIENT, SERVER);
    byte[] down = frame(SERVER, CLIENT);
    fromClient.send(up);
    assertThat(next(atServer)).isEqualTo(up);
    fromServer.send(down);
    assertThat(next(atClient)).isEqualTo(down);
  }

  /** The next frame that is no announcement. */
  private static byte[] next(RawEndpoint at) {
    byte[] frame = at.receive(5_000);
    while (frame != null && frame[0] == -1) {
      frame = at.receive(5_000);
    }
    assertThat(frame).isNotNull();
    return frame;
  }

  private static byte[] frame(byte[] from, byte[] to) {
    return join(to, from, hex("88b5"), new byte[60]);
  }

  private static AnnouncingBox box(Neighbours neighbours) {
    return new AnnouncingBox(new ObservingBox(), neighbours);
  }

  private static LiveBox start(NameSpace at, AnnouncingBox box) {
    return LiveBox.start(
        at, box, live -> AfPacketPort.open("in0", "out0", ReceiveMode.MESSAGES, live));
  }

  /** The network of the picture. */
  private static final class Switched implements AutoCloseable {
    private final NameSpace client = new NameSpace();
    private final NameSpace inside = new NameSpace();
    private final NameSpace first = new NameSpace();
    private final NameSpace next = new NameSpace();
    private final NameSpace outside = new NameSpace();
    private final NameSpace server = new NameSpace();

    Switched() {
      for (NameSpace each : new NameSpace[] {inside, outside}) {
        each.ip("link add sw type bridge", "link set sw up");
      }
      wire(inside, "c", client, "c0");
      wire(inside, "a1", first, "in0");
      wire(inside, "b1", next, "in0");
      wire(outside, "a2", first, "out0");
      wire(outside, "b2", next, "out0");
      wire(outside, "s", server, "s0");
    }

    /** Connects a port of a switch to an interface without addresses. */
    private static void wire(NameSpace sw, String port, NameSpace end, String name) {
      sw.ip("link add %s type veth peer name %s netns %d".formatted(port, name, end.pid()));
      sw.set("ipv6/conf/" + port + "/disable_ipv6", "1");
      end.set("ipv6/conf/" + name + "/disable_ipv6", "1");
      sw.ip("link set %s master sw up".formatted(port));
      end.ip("link set " + name + " up");
      sw.awaitCarrier(port);
      end.awaitCarrier(name);
    }

    /** The port behind which a switch has learned an address; empty if none. */
    String port(NameSpace sw, byte[] address) {
      String text = HexFormat.ofDelimiter(":").formatHex(address);
      return sw.show("bridge", "fdb", "show", "br", "sw")
          .lines()
          .filter(line -> line.startsWith(text + " dev "))
          .map(line -> line.split(" ", -1)[2])
          .findFirst()
          .orElse("");
    }

    void await(NameSpace sw, byte[] address, String port) {
      Eventually.holds(port + " has it", () -> port(sw, address).equals(port));
    }

    @Override
    public void close() {
      for (NameSpace each : new NameSpace[] {client, inside, first, next, outside, server}) {
        each.close();
      }
    }
  }
}
