package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveWay;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a box makes or changes arrives with a right checksum. The interfaces behind the port take no
 * work off the kernel, so that it completes what is partial, and the ends' kernels verify it.
 */
@Tag("live")
final class MadePacketTest {
  private static final int BULK_BYTES = 20_000_000;

  @BeforeAll
  static void wantNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  void arrivesThroughInterfacesThatTakeNoWork(MakingBox.Way way) throws Exception {
    try (Network network = new Network(1500)) {
      Offloads.off(network.box, "in0");
      Offloads.off(network.box, "out0");
      talk(network, way);
    }
  }

  @ParameterizedTest
  @EnumSource
  void arrivesThroughInterfacesThatTakeSuperSegments(MakingBox.Way way) throws Exception {
    try (Network network = new Network(9000)) {
      talk(network, way);
    }
  }

  private static void talk(Network network, MakingBox.Way way) throws Exception {
    try (LiveBox box =
        LiveBox.start(
            network.box,
            new MakingBox(way),
            live -> AfPacketPort.open("in0", "out0", ReceiveWay.MESSAGES, live))) {
      Talk.bulk(network, "10.1.0.2", BULK_BYTES);
      Talk.bulk(network, "fd00:1::2", BULK_BYTES);
      assertThat(box.drops()).isEmpty();
      assertThat(ChecksumErrors.in(network.client)).isZero();
      assertThat(ChecksumErrors.in(network.server)).isZero();
    }
  }
}
