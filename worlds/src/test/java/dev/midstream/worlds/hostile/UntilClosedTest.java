package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long the observers of planted octets look at their connection. */
class UntilClosedTest {
  private static final Ends ENDS = Ends.IPV4;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int FIN = TcpFlags.ACK | TcpFlags.FIN;

  private final int[] shown = new int[1];
  private final UntilClosed gate =
      new UntilClosed(ENDS, (place, leg, packet, nowNanos) -> shown[0]++);

  @BeforeEach
  void sendsBothFins() {
    arrives(Direction.CLIENT_TO_SERVER, FIN, 0);
    arrives(Direction.SERVER_TO_CLIENT, FIN, 0);
    shown[0] = 0;
  }

  @Test
  @DisplayName("both FINs were acknowledged and nothing came for four minutes: it is forgotten")
  void forgetsAfterSilence() {
    leaves(Direction.CLIENT_TO_SERVER, 2);
    leaves(Direction.SERVER_TO_CLIENT, 2);
    arrives(Direction.CLIENT_TO_SERVER, FIN, 240);
    arrives(Direction.CLIENT_TO_SERVER, FIN, 241);
    assertThat(shown[0]).isEqualTo(2);
  }

  @Test
  @DisplayName("something came within each four minutes: it is not forgotten")
  void remembersBusyConnection() {
    leaves(Direction.CLIENT_TO_SERVER, 2);
    leaves(Direction.SERVER_TO_CLIENT, 2);
    arrives(Direction.CLIENT_TO_SERVER, FIN, 239);
    arrives(Direction.SERVER_TO_CLIENT, TcpFlags.ACK, 478);
    arrives(Direction.CLIENT_TO_SERVER, FIN, 717);
    assertThat(shown[0]).isEqualTo(5);
  }

  @Test
  @DisplayName("one FIN was not acknowledged: it is not forgotten")
  void remembersOpenConnection() {
    leaves(Direction.CLIENT_TO_SERVER, 2);
    leaves(Direction.SERVER_TO_CLIENT, 1);
    arrives(Direction.CLIENT_TO_SERVER, FIN, 10_000);
    assertThat(shown[0]).isEqualTo(3);
  }

  private void arrives(Direction direction, int flags, long seconds) {
    see(Place.INTO_BOX, Ends.legOfSender(direction), frame(direction, flags, 1), seconds);
  }

  /** An ACK of {@code direction} leaves the box. */
  private void leaves(Direction direction, int ack) {
    Leg to = Ends.legOfSender(direction).opposite();
    see(Place.OUT_OF_BOX, to, frame(direction, TcpFlags.ACK, ack), 0);
  }

  private void see(Place place, Leg leg, byte[] frame, long seconds) {
    long nowNanos = seconds * SECOND_NANOS;
    gate.seen(place, leg, Frames.packet(frame, leg, nowNanos), nowNanos);
  }

  private static byte[] frame(Direction direction, int flags, int ack) {
    return new FrameBuilder(ENDS, direction).flags(flags).numbers(1, ack).build();
  }
}
