package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.port.LegState;
import dev.midstream.wire.tun.TunPort;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both networks are TUN devices that were moved to the client and the server. */
@Tag("live")
final class TunPortTest {
  private static final int BULK_BYTES = 20_000_000;

  @BeforeAll
  static void requireTunDevice() {
    NameSpace.assumeAllowed();
    assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "skipped: no /dev/net/tun here");
  }

  @Test
  void forwardsSuperSegmentsAndDatagrams() throws Exception {
    ObservingBox observer = new ObservingBox();
    try (Network network = new Network(1500);
        LiveBox box = start(network, observer)) {
      Traffic.bulk(network, "10.2.0.2", BULK_BYTES);
      Traffic.bulk(network, "fd00:2::2", BULK_BYTES);
      assertThat(Traffic.datagramArrives(network, "10.2.0.2", 30_000)).isTrue();
      assertThat(observer.longestSuperSegment()).isGreaterThan(60_000);
      assertThat(observer.wrongChecksums()).isZero();
      assertThat(box.drops().keySet()).isSubsetOf("OUTSIDE LINK_DOWN"); // before it was set up
      assertThat(ChecksumErrors.in(network.server)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void deliversEmittedPackets(ReemittingBox.Mode mode) throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, new ReemittingBox(mode))) {
      Traffic.bulk(network, "10.2.0.2", BULK_BYTES);
      Traffic.bulk(network, "fd00:2::2", BULK_BYTES);
      assertThat(box.drops().keySet()).isSubsetOf("OUTSIDE LINK_DOWN"); // before it was set up
      assertThat(ChecksumErrors.in(network.client)).isZero();
      assertThat(ChecksumErrors.in(network.server)).isZero();
    }
  }

  @Test
  void reportsDeletedDeviceAsAbsentAndSleeps() throws Exception {
    try (Network network = new Network(1500);
        LiveBox box = start(network, new ObservingBox())) {
      Traffic.bulk(network, "10.2.0.2", 1_000_000);
      network.client.ip("link del tun-inside");
      LegState state = box.nextChange().state();
      while (state != LegState.ABSENT) {
        state = box.nextChange().state();
      }
      long beforeNanos = box.cpuNanos();
      boolean answered = network.server.in(() -> Network.address("10.2.0.1").isReachable(1_000));
      assertThat(answered).isFalse();
      assertThat(box.cpuNanos() - beforeNanos).isLessThan(100_000_000);
    }
  }

  private static LiveBox start(Network network, Box box) {
    LiveBox live =
        LiveBox.start(
            network.box, box, opened -> TunPort.open("tun-inside", "tun-outside", opened));
    give(network.box, network.client, "tun-inside", 1, 2);
    give(network.box, network.server, "tun-outside", 2, 1);
    return live;
  }

  private static void give(NameSpace from, NameSpace to, String name, int own, int other) {
    from.ip("link set %s netns %d".formatted(name, to.pid()));
    to.ip(
        "link set %s up".formatted(name),
        "addr add 10.2.0.%d peer 10.2.0.%d dev %s".formatted(own, other, name),
        "addr add fd00:2::%d peer fd00:2::%d dev %s nodad".formatted(own, other, name));
  }
}
