package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.neighbour.AnnouncingBox;
import dev.midstream.wire.neighbour.Neighbours;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Switches that learn, when the box behind one of their ports dies. */
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
    try (Switched network = Switched.learning();
        RawEndpoint fromClient = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint atClient = RawEndpoint.at(network.client, "c0", SERVER);
        RawEndpoint fromServer = RawEndpoint.at(network.server, "s0", SERVER);
        RawEndpoint atServer = RawEndpoint.at(network.server, "s0", CLIENT)) {
      Neighbours neighbours = new Neighbours();
      try (LiveBox first = start(network.first, box(neighbours))) {
        exchange(fromClient, atServer, fromServer, atClient);
        assertThat(first.drops()).isEmpty();
      }
      assertThat(Switched.port(network.inside, SERVER)).isEqualTo("a1");
      assertThat(Switched.port(network.outside, CLIENT)).isEqualTo("a2");

      AnnouncingBox heir = box(neighbours);
      try (LiveBox next = start(network.next, heir)) {
        fromClient.send(frame(CLIENT, SERVER));
        assertThat(atServer.receive(300)).as("the switch sends it to the dead box").isNull();

        next.submit(heir::announce);
        Switched.await(network.inside, SERVER, "b1");
        Switched.await(network.outside, CLIENT, "b2");
        assertThat(Switched.port(network.inside, CLIENT)).isEqualTo("c");
        assertThat(Switched.port(network.outside, SERVER)).isEqualTo("s");
        exchange(fromClient, atServer, fromServer, atClient);
        assertThat(next.drops()).isEmpty();
      }
    }
  }

  @Test
  @DisplayName("LD-2 a box forwards no announcement: beyond it the address is where it was")
  void forwardsNoAnnouncements() throws Exception {
    try (Switched network = Switched.learning();
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
        Switched.await(network.inside, SERVER, "b1");
        Switched.await(network.outside, CLIENT, "b2");
        for (int round = 0; round < 3; round++) {
          assertThat(atServer.receive(5_000)).as("an announcement of the client").isNotNull();
          assertThat(atClient.receive(5_000)).as("an announcement of the server").isNotNull();
        }
        assertThat(atServer.receive(100)).isNull();
        assertThat(atClient.receive(100)).isNull();
        assertThat(Switched.port(network.outside, SERVER)).isEqualTo("s");
        assertThat(Switched.port(network.inside, CLIENT)).isEqualTo("c");
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
    return Objects.requireNonNull(frame, "nothing came");
  }

  private static byte[] frame(byte[] from, byte[] to) {
    return join(to, from, hex("88b5"), new byte[60]);
  }

  private static AnnouncingBox box(Neighbours neighbours) {
    return new AnnouncingBox(new ObservingBox(), neighbours, _ -> true, () -> {});
  }

  private static LiveBox start(NameSpace at, AnnouncingBox box) {
    return LiveBox.start(
        at, box, live -> AfPacketPort.open("in0", "out0", ReceiveMode.MESSAGES, live));
  }
}
