package dev.midstream.testkit.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesTest {
  /** Ethernet, IPv4 and TCP headers without the 12 octets of TCP options. */
  private static final int FIXED_BYTES = 54;

  @ParameterizedTest
  @CsvSource({"71, Hello", "69, Hel", "66, ''", "60, ''", "54, ''"})
  void payloadExcludesCutOctets(int presentBytes, String payload) {
    byte[] frame =
        new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER)
            .options("nop,nop,TS 1/2")
            .payload(Octets.of("Hello".getBytes(StandardCharsets.US_ASCII)))
            .build();
    assertThat(frame).hasSize(FIXED_BYTES + 12 + 5);
    Packet packet = Frames.packet(Arrays.copyOf(frame, presentBytes), Leg.INSIDE, 0);
    FrameView view = new FrameView();
    assertThat(view.read(packet.missing(frame.length - presentBytes))).isEqualTo(FrameKind.TCP);
    assertThat(new String(Frames.payload(view), StandardCharsets.US_ASCII)).isEqualTo(payload);
  }
}
