package dev.midstream.wire.live;

import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.afpacket.ProbeSocket;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two nodes that broadcast to each other over a wire. */
@Tag("live")
final class ProbeSocketTest {
  private static final byte[] OTHER_TYPE = hex("ffffffffffff 024d49445354 0806");

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName(
      "LD-3 a probe arrives at the other end of the wire, a frame of another type does not")
  void receivesProbesAlone() throws Exception {
    byte[] payload = counting(76);
    try (Network network = new Network(1500);
        RawEndpoint client = RawEndpoint.at(network.client, "c0", hex("024d49445354"));
        ProbeSocket from = network.client.in(() -> ProbeSocket.open("c0"));
        ProbeSocket to = network.box.in(() -> ProbeSocket.open("in0"))) {
      network.box.awaitCarrier("in0");
      client.send(join(OTHER_TYPE, counting(100)));
      assertThat(from.send(payload)).isTrue();
      assertThat(Arrays.copyOf(await(to), payload.length)).isEqualTo(payload);
      assertThat(to.receive()).isNull();
      assertThat(from.receive()).as("what it has sent").isNull();
    }
  }

  @Test
  void goesOnWhenTheInterfaceIsUpAgain() throws Exception {
    try (Network network = new Network(1500);
        ProbeSocket from = network.client.in(() -> ProbeSocket.open("c0"));
        ProbeSocket to = network.box.in(() -> ProbeSocket.open("in0"))) {
      network.client.ip("link set c0 down");
      assertThat(from.send(counting(60))).isFalse();
      network.client.ip("link set c0 up");
      network.box.awaitCarrier("in0");
      network.client.awaitCarrier("c0");
      boolean ignored = network.client.in(() -> from.send(counting(61))); // it binds anew
      assertThat(network.client.in(() -> from.send(counting(61)))).isTrue();
      assertThat(await(to)).hasSizeGreaterThanOrEqualTo(61);
    }
  }

  /** The next probe, which is on its way. */
  private static byte[] await(ProbeSocket socket) throws InterruptedException {
    for (int look = 0; look < 1_000; look++) {
      byte[] received = socket.receive();
      if (received != null) {
        return received;
      }
      Thread.sleep(5); // the socket does not wait
    }
    throw new AssertionError("no probe has arrived");
  }
}
