package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many frames: memory use, and the treatment of frames that are too many or too long. */
@Tag("live")
final class PortLoadTest {
  private static final byte[] CLIENT = hex("024d49445354");
  private static final byte[] FRAME_HEAD = join(hex("021122334455"), CLIENT, hex("88b5"));
  private static final int ROUND_FRAMES = 40_000;
  private static final int ROUNDS = 30;

  /** More than the receive buffer has room for, with what the kernel counts for each frame. */
  private static final int TOO_MANY_FRAMES = 200_000;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  void forwardsFramesWithoutAllocation(ReceiveMode mode) throws Exception {
    PausingBox passing = new PausingBox();
    passing.resume();
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode, passing);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", CLIENT)) {
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && allocated >= ROUND_FRAMES; round++) {
        long before = box.allocatedBytes();
        pass(box, client, ROUND_FRAMES);
        allocated = box.allocatedBytes() - before;
      }
      assertThat(allocated).isLessThan(ROUND_FRAMES); // an octet for each frame, after warm-up
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsFramesMissedForLackOfRoom(ReceiveMode mode) throws Exception {
    PausingBox pausing = new PausingBox();
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode, pausing);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", CLIENT)) {
      byte[] frame = join(FRAME_HEAD, new byte[1_400]);
      for (int i = 0; i < TOO_MANY_FRAMES; i++) {
        client.send(frame);
      }
      pausing.resume();
      Eventually.holds(
          "missed frames are counted", () -> box.counters(Leg.INSIDE).get(LegCounter.MISSED) > 0);
      Eventually.holds(
          "every frame is counted",
          () -> {
            long received = box.counters(Leg.INSIDE).get(LegCounter.RECEIVED_FRAMES);
            return received + box.counters(Leg.INSIDE).get(LegCounter.MISSED) >= TOO_MANY_FRAMES;
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void dropsAndCountsFrameBeyondOutgoingMtu(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500)) {
      network.client.ip("link set c0 mtu 9000");
      network.box.ip("link set in0 mtu 9000");
      try (LiveBox box = start(network, mode, new ObservingBox());
          RawEndpoint client = RawEndpoint.at(network.client, "c0", CLIENT);
          RawEndpoint server = RawEndpoint.at(network.server, "s0", CLIENT)) {
        byte[] fits = join(FRAME_HEAD, new byte[1_500]);
        client.send(join(FRAME_HEAD, new byte[1_501]));
        client.send(fits);
        assertThat(server.receive(5_000)).isEqualTo(fits);
        assertThat(box.drops()).isEqualTo(Map.of("OUTSIDE TOO_LONG_TO_SEND", 1L));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void dropsAndCountsSuperSegmentLongerThanBuffer(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode, new ObservingBox())) {
      network.client.ip("link set c0 gso_max_size 200000 gro_max_size 200000");
      try (Traffic.Flood flood = Traffic.flood(network, "fd00:1::2")) {
        Eventually.holds(
            "a frame that is too long is counted",
            () -> box.counters(Leg.INSIDE).get(LegCounter.TOO_LONG_TO_RECEIVE) > 0);
        assertThat(flood).isNotNull();
      }
    }
  }

  private static void pass(LiveBox box, RawEndpoint client, int frames) {
    long target = box.counters(Leg.OUTSIDE).get(LegCounter.SENT_FRAMES) + frames;
    byte[] frame = join(FRAME_HEAD, new byte[100]);
    while (box.counters(Leg.OUTSIDE).get(LegCounter.SENT_FRAMES) < target) {
      client.send(frame);
    }
  }

  private static LiveBox start(Network network, ReceiveMode mode, Box box) {
    return LiveBox.start(network.box, box, live -> AfPacketPort.open("in0", "out0", mode, live));
  }
}
