package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveMode;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Frames that a box retains in place. */
@Tag("live")
final class RetainedFramesTest {
  private static final int BULK_BYTES = 200_000_000;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  void keepsRetainedFramesUnchanged() throws Exception {
    RetainingBox box = transfer(new RetainingBox(300), Share.WHOLE);
    assertThat(box.offered()).isGreaterThan(1_000);
    assertThat(box.refused()).isZero();
    assertThat(box.changed()).isZero();
  }

  @Test
  void lendsNoMoreFramesThanSpareBuffers() throws Exception {
    RetainingBox box = transfer(new RetainingBox(Integer.MAX_VALUE), Share.WHOLE);
    assertThat(box.offered()).isGreaterThan(1_000);
    assertThat(box.refused()).isPositive();
    assertThat(box.changed()).isZero();
  }

  @Test
  void dividesBuffersAmongPortsOfSharedInterfaces() throws Exception {
    RetainingBox whole = transfer(new RetainingBox(Integer.MAX_VALUE), Share.WHOLE);
    RetainingBox half = transfer(new RetainingBox(Integer.MAX_VALUE), new Share(null, 2));
    assertThat(half.maxRetained()).isBetween(500, 1_024);
    assertThat(whole.maxRetained()).isBetween(1_025, 2_048);
  }

  /** Each leg has its own buffers. */
  private static RetainingBox transfer(RetainingBox box, Share share) throws Exception {
    try (Network network = new Network(1500);
        LiveBox live =
            LiveBox.start(
                network.box,
                box,
                here -> AfPacketPort.open("in0", "out0", ReceiveMode.MESSAGES, share, here))) {
      Traffic.bulk(network, "10.1.0.2", BULK_BYTES);
      assertThat(live.drops()).isEmpty();
      long notLent =
          live.counters(Leg.INSIDE).get(LegCounter.NOT_LENT)
              + live.counters(Leg.OUTSIDE).get(LegCounter.NOT_LENT);
      assertThat(notLent).isGreaterThanOrEqualTo(box.refused());
    }
    return box;
  }
}
