package dev.midstream.testkit.sim.oracle;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import org.junit.jupiter.api.Test;

/**
 * Checks the client after the server has advertised a window of 100 and sent [0,10) and [20,30).
 */
final class HonestEndOracleTest {
  private final HonestEndOracle oracle = new HonestEndOracle(Leg.INSIDE, Ends.IPV4, false);
  private final FrameBuilder client = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER);
  private final FrameBuilder server = new FrameBuilder(Ends.IPV4, Direction.SERVER_TO_CLIENT);

  HonestEndOracleTest() {
    server.acknowledgement(Ends.IPV4.clientIsn() + 1).window(100).payload(Octets.of(new byte[10]));
    see(Place.RECEIVED, server.sequence(Ends.IPV4.serverIsn() + 1));
    see(Place.RECEIVED, server.sequence(Ends.IPV4.serverIsn() + 21));
    acknowledging(0, 100);
  }

  @Test
  void acceptsHonestEndpoint() {
    assertThatCode(
            () -> {
              send(0, 100);
              send(100, 1);
              see(Place.SENT, acknowledging(10, 90).options("nop,nop,sack 21:31"));
            })
        .doesNotThrowAnyException();
  }

  @Test
  void findsOctetsBeyondWindow() {
    assertThatThrownBy(() -> send(99, 2)).hasMessageContaining("beyond window");
  }

  @Test
  void findsAckOfGap() {
    assertThatThrownBy(() -> see(Place.SENT, acknowledging(11, 90)))
        .hasMessageContaining("acknowledges unreceived octets");
  }

  @Test
  void findsFalseSackBlock() {
    assertThatThrownBy(() -> see(Place.SENT, acknowledging(10, 90).options("nop,nop,sack 20:31")))
        .hasMessageContaining("reports unreceived octets");
  }

  @Test
  void findsDecreasingAck() {
    see(Place.SENT, acknowledging(10, 90));
    assertThatThrownBy(() -> see(Place.SENT, acknowledging(9, 91)))
        .hasMessageContaining("acknowledgement goes back");
  }

  @Test
  void findsShrinkingWindow() {
    see(Place.SENT, acknowledging(0, 100));
    assertThatThrownBy(() -> see(Place.SENT, acknowledging(10, 89)))
        .hasMessageContaining("edge goes back");
  }

  private void send(int start, int length) {
    acknowledging(0, 100).sequence(Ends.IPV4.clientIsn() + 1 + start);
    see(Place.SENT, client.payload(Octets.of(new byte[length])));
  }

  private FrameBuilder acknowledging(int offset, int window) {
    return client
        .sequence(Ends.IPV4.clientIsn() + 1)
        .acknowledgement(Ends.IPV4.serverIsn() + 1 + offset)
        .window(window);
  }

  private void see(Place place, FrameBuilder builder) {
    byte[] frame = builder.build();
    Packet packet = Frames.packet(frame, Leg.INSIDE, 0);
    oracle.seen(place, Leg.INSIDE, packet, 0);
  }
}
