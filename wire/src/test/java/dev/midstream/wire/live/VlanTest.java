package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The kernel removes the outer tag of received frames, and the port reinserts it. Boxes on both
 * sides of the one under test add and remove tags, so that no kernel needs VLAN interfaces:
 *
 * <pre>
 *   c0 ─── in0 tagging left0 ── left1 OBSERVED right0 ── right1 untagging out0 ─── s0
 * </pre>
 */
@Tag("live")
final class VlanTest {

  /** A packet socket lets one customer tag exceed the MTU, but no service tag and no second tag. */
  private static final int MTU = 1508;

  private static final int BULK_BYTES = 20_000_000;

  /** Receive mode, tags, VLAN IDs as read by a view, server address. */
  private static final String TAGS =
      """
      RING, 81006007, 7, 10.1.0.2
      RING, 88a80009 81000008, 36872, fd00:1::2
      MESSAGES, 81006007, 7, fd00:1::2
      MESSAGES, 88a80009 81000008, 36872, 10.1.0.2
      """;

  private final ObservingBox observer = new ObservingBox();

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @ParameterizedTest
  @CsvSource(textBlock = TAGS)
  void preservesTagsOfSuperSegments(ReceiveMode mode, String tags, int ids, String server)
      throws Exception {
    try (Network network = network()) {
      exchange(network, mode, hex(tags), server);
      assertThat(observer.vlans()).containsExactly(ids);
      assertThat(observer.longestSuperSegment()).isGreaterThan(60_000);
    }
  }

  @ParameterizedTest
  @CsvSource(textBlock = TAGS)
  void segmentsTaggedSuperSegmentsForInterfacesWithoutOffloads(
      ReceiveMode mode, String tags, int ids, String server) throws Exception {
    try (Network network = network()) {
      Offloads.off(network.box, "left1");
      Offloads.off(network.box, "right0");
      exchange(network, mode, hex(tags), server);
      assertThat(observer.vlans()).containsExactly(ids);
      assertThat(observer.longestSuperSegment()).isGreaterThan(60_000);
      assertThat(ChecksumErrors.in(network.client)).isZero();
      assertThat(ChecksumErrors.in(network.server)).isZero();
    }
  }

  @SuppressWarnings("try") // the boxes next to the one under test are only opened and closed
  private void exchange(Network network, ReceiveMode mode, byte[] tags, String server)
      throws IOException {
    try (LiveBox tagging = start(network, "in0", "left0", mode, new TaggingBox(Leg.OUTSIDE, tags));
        LiveBox observed = start(network, "left1", "right0", mode, observer);
        LiveBox untagging =
            start(network, "right1", "out0", mode, new TaggingBox(Leg.INSIDE, tags))) {
      Traffic.bulk(network, server, BULK_BYTES);
      assertThat(observed.drops()).isEmpty();
    }
    assertThat(observer.wrongChecksums()).isZero();
  }

  private static Network network() {
    Network network = new Network(1500);
    network.wire("left0", "left1", network.box, MTU);
    network.wire("right1", "right0", network.box, MTU);
    network.box.set("ipv6/conf/left1/disable_ipv6", "1");
    network.box.set("ipv6/conf/right0/disable_ipv6", "1");
    return network;
  }

  private static LiveBox start(
      Network network, String inside, String outside, ReceiveMode mode, Box box) {
    return LiveBox.start(network.box, box, live -> AfPacketPort.open(inside, outside, mode, live));
  }
}
