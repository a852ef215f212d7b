package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernels of both endpoints do not notice the port between them. */
@Tag("live")
final class TransparentPortTest {
  private static final int BULK_BYTES = 20_000_000;
  private static final int ARP = 0x0806;
  private static final int IPV6 = 0x86dd;

  private final ObservingBox observer = new ObservingBox();

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @EnumSource
  void forwardsPingAndNeighbourDiscovery(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      boolean four = network.client.in(() -> Network.address("10.1.0.2").isReachable(10_000));
      boolean six = network.client.in(() -> Network.address("fd00:1::2").isReachable(10_000));
      assertThat(four).isTrue();
      assertThat(six).isTrue();
      assertThat(observer.etherTypes()).contains(ARP, IPV6);
      assertThat(box.drops()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void forwardsDatagramsWholeAndFragmented(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, mode)) {
      for (int bytes : new int[] {1, 1_000, 1_472, 1_473, 20_000, 65_000}) {
        assertThat(Traffic.datagramArrives(network, "10.1.0.2", bytes))
            .as("IPv4 %d", bytes)
            .isTrue();
        assertThat(Traffic.datagramArrives(network, "fd00:1::2", bytes))
            .as("IPv6 %d", bytes)
            .isTrue();
      }
      assertThat(box.drops()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RING, 10.1.0.2, 1500",
    "RING, fd00:1::2, 1500",
    "RING, 10.1.0.2, 9000",
    "MESSAGES, 10.1.0.2, 1500",
    "MESSAGES, fd00:1::2, 1500",
    "MESSAGES, fd00:1::2, 9000"
  })
  void forwardsSuperSegmentsWithPartialChecksums(ReceiveMode mode, String server, int mtu)
      throws Exception {
    try (Network network = new Network(mtu);
        LiveBox box = start(network, mode)) {
      Traffic.bulk(network, server, BULK_BYTES);
      assertThat(observer.longestSuperSegment()).isGreaterThan(60_000);
      assertThat(observer.partialChecksums()).isPositive();
      assertThat(observer.wrongChecksums()).isZero();
      assertThat(box.drops()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RING, 10.1.0.2, 1500",
    "RING, fd00:1::2, 9000",
    "MESSAGES, fd00:1::2, 1500",
    "MESSAGES, 10.1.0.2, 9000"
  })
  void deliversCompleteChecksumsToHostsWithoutOffloads(ReceiveMode mode, String server, int mtu)
      throws Exception {
    try (Network network = new Network(mtu)) {
      Offloads.off(network.client, "c0");
      Offloads.off(network.server, "s0");
      try (LiveBox box = start(network, mode)) {
        Traffic.bulk(network, server, BULK_BYTES);
        assertThat(observer.longestSuperSegment()).isZero();
        assertThat(observer.longestSegment()).isEqualTo(mtu + 14);
        assertThat(observer.partialChecksums()).isZero();
        assertThat(observer.wrongChecksums()).isZero();
        assertThat(box.drops()).isEmpty();
        assertNoChecksumErrors(network);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void segmentsForInterfacesWithoutOffloads(ReceiveMode mode) throws Exception {
    try (Network network = new Network(1500)) {
      Offloads.off(network.box, "in0");
      Offloads.off(network.box, "out0");
      try (LiveBox box = start(network, mode)) {
        Traffic.bulk(network, "10.1.0.2", BULK_BYTES);
        Traffic.bulk(network, "fd00:1::2", BULK_BYTES);
        assertThat(observer.longestSuperSegment()).isGreaterThan(60_000);
        assertThat(box.drops()).isEmpty();
        assertNoChecksumErrors(network);
      }
    }
  }

  private LiveBox start(Network network, ReceiveMode mode) {
    return LiveBox.start(
        network.box, observer, live -> AfPacketPort.open("in0", "out0", mode, live));
  }

  private static void assertNoChecksumErrors(Network network) throws IOException {
    assertThat(ChecksumErrors.in(network.client)).isZero();
    assertThat(ChecksumErrors.in(network.server)).isZero();
  }
}
