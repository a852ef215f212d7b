package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Packets that a box emits or edits arrive with a right checksum. The interfaces of the box have no
 * offloads, so its kernel completes partial checksums and the endpoints' kernels verify them.
 */
@Tag("live")
final class EmittedPacketTest {
  private static final int BULK_BYTES = 20_000_000;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  void arrivesThroughInterfacesWithoutOffloads(ReemittingBox.Mode mode) throws Exception {
    try (Network network = new Network(1500)) {
      Offloads.off(network.box, "in0");
      Offloads.off(network.box, "out0");
      exchange(network, mode);
    }
  }

  @ParameterizedTest
  @EnumSource
  void arrivesThroughInterfacesWithOffloads(ReemittingBox.Mode mode) throws Exception {
    try (Network network = new Network(9000)) {
      exchange(network, mode);
    }
  }

  private static void exchange(Network network, ReemittingBox.Mode mode) throws Exception {
    try (LiveBox box =
        LiveBox.start(
            network.box,
            new ReemittingBox(mode),
            live -> AfPacketPort.open("in0", "out0", ReceiveMode.MESSAGES, live))) {
      Traffic.bulk(network, "10.1.0.2", BULK_BYTES);
      Traffic.bulk(network, "fd00:1::2", BULK_BYTES);
      assertThat(box.drops()).isEmpty();
      assertThat(ChecksumErrors.in(network.client)).isZero();
      assertThat(ChecksumErrors.in(network.server)).isZero();
    }
  }
}
