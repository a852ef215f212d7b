package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames of every kind arrive unchanged, in order and once, and never return to their sender. */
@Tag("live")
final class FrameFidelityTest {
  private static final byte[] CLIENT = hex("024d49445354");
  private static final byte[] SERVER = hex("024d49445355");
  private static final int FRAMES = 300;

  private static final List<byte[]> DESTINATIONS =
      List.of(
          hex("ffffffffffff"),
          hex("0180c2000000"),
          hex("0180c200000e"),
          hex("333300000001"),
          hex("021122334455"));

  /** What follows the addresses: unknown type, LLDP, LLC, IPv4, IPv6, MPLS, PPPoE, VLAN tags. */
  private static final List<byte[]> TYPES =
      List.of(
          hex("88b5"),
          hex("88cc"),
          hex("0026 424203"),
          hex("0800 45"),
          hex("0800 46000014 00000000 4006"),
          hex("86dd 60"),
          hex("8847"),
          hex("8864"),
          hex("8100 0000 88b5"),
          hex("8100 e007 0800"),
          hex("88a8 0009 88b5"),
          hex("9100 0009 88b5"),
          hex("88a8 b009 8100 4008 88b5"),
          hex("8100 0001 8100 0002 8100 0003 86dd"));

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-11 frames of every kind arrive bit for bit")
  void forwardsFramesBitForBit(ReceiveMode mode) throws Exception {
    long seed = Long.getLong("midstream.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    try (Network network = new Network(1500);
        LiveBox box =
            LiveBox.start(
                network.box,
                new ObservingBox(),
                live -> AfPacketPort.open("in0", "out0", mode, live));
        RawEndpoint clientSends = RawEndpoint.at(network.client, "c0", CLIENT);
        RawEndpoint clientReceives = RawEndpoint.at(network.client, "c0", SERVER);
        RawEndpoint serverSends = RawEndpoint.at(network.server, "s0", SERVER);
        RawEndpoint serverReceives = RawEndpoint.at(network.server, "s0", CLIENT)) {
      for (int i = 0; i < FRAMES; i++) {
        byte[] up = frame(random, CLIENT);
        byte[] down = frame(random, SERVER);
        clientSends.send(up);
        serverSends.send(down);
        assertThat(serverReceives.receive(5_000)).as("frame=%d seed=%d", i, seed).isEqualTo(up);
        assertThat(clientReceives.receive(5_000)).as("frame=%d seed=%d", i, seed).isEqualTo(down);
      }
      assertThat(serverReceives.receive(0)).isNull();
      assertThat(clientReceives.receive(0)).isNull();
      assertThat(clientSends.receive(0)).isNull();
      assertThat(serverSends.receive(0)).isNull();
      assertThat(box.drops()).isEmpty();
    }
  }

  /** At most 1,500 octets after addresses and type, so that a packet socket accepts it. */
  private static byte[] frame(SplittableRandom random, byte[] source) {
    byte[] rest = new byte[random.nextInt(4) == 0 ? random.nextInt(60) : random.nextInt(1_480)];
    random.nextBytes(rest);
    return join(
        DESTINATIONS.get(random.nextInt(DESTINATIONS.size())),
        source,
        TYPES.get(random.nextInt(TYPES.size())),
        rest);
  }
}
