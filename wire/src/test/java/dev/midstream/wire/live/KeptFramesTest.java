package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.AfPacketPort;
import dev.midstream.wire.afpacket.ReceiveWay;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Frames that a box keeps where they were received. */
@Tag("live")
final class KeptFramesTest {
  private static final int BULK_BYTES = 200_000_000;

  @BeforeAll
  static void wantNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  void keptFramesStayWhileOthersCome() throws Exception {
    KeepingBox box = transfer(new KeepingBox(300));
    assertThat(box.offered()).isGreaterThan(1_000);
    assertThat(box.refused()).isZero();
    assertThat(box.changed()).isZero();
  }

  @Test
  void noMoreAreOfferedThanThereAreBuffersFor() throws Exception {
    KeepingBox box = transfer(new KeepingBox(Integer.MAX_VALUE));
    assertThat(box.offered()).isGreaterThan(1_000);
    assertThat(box.refused()).isPositive();
    assertThat(box.changed()).isZero();
  }

  private static KeepingBox transfer(KeepingBox box) throws Exception {
    try (Network network = new Network(1500);
        LiveBox live =
            LiveBox.start(
                network.box,
                box,
                here -> AfPacketPort.open("in0", "out0", ReceiveWay.MESSAGES, here::onState))) {
      Talk.bulk(network, "10.1.0.2", BULK_BYTES);
      assertThat(live.drops()).isEmpty();
    }
    return box;
  }
}
