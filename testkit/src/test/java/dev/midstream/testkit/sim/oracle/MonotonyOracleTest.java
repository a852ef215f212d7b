package dev.midstream.testkit.sim.oracle;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import org.junit.jupiter.api.Test;

final class MonotonyOracleTest {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;

  private final MonotonyOracle oracle =
      new MonotonyOracle(PacketObserver.Place.OUT_OF_BOX, Leg.OUTSIDE, Ends.IPV4);

  /** The client's segment with timestamp {@code value} comes into the box, or leaves it. */
  private void see(PacketObserver.Place place, int value, long nanos) {
    byte[] frame =
        new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER)
            .flags(TcpFlags.ACK)
            .numbers(1, 1)
            .options("TS " + Integer.toUnsignedString(value) + "/1")
            .build();
    Leg leg = place == PacketObserver.Place.INTO_BOX ? Leg.INSIDE : Leg.OUTSIDE;
    oracle.seen(place, leg, Frames.packet(frame, leg, nanos), nanos);
  }

  /** A value that is older than {@code 1} modulo 2^32. */
  private static int olderThanOne() {
    return Integer.MIN_VALUE + 2;
  }

  @Test
  void knowsTheOrderOfWhatArrived() {
    see(PacketObserver.Place.INTO_BOX, 1, 0);
    see(PacketObserver.Place.OUT_OF_BOX, 1, 0);
    assertThatThrownBy(() -> see(PacketObserver.Place.OUT_OF_BOX, olderThanOne(), 2_146 * SECOND))
        .hasMessageContaining("timestamp goes back");
    see(PacketObserver.Place.OUT_OF_BOX, olderThanOne(), 2_148 * SECOND);
  }

  @Test
  void knowsHowFarAnEstimateIsBehind() {
    see(PacketObserver.Place.INTO_BOX, 0, 0);
    long silence = 4_096 * SECOND;
    see(PacketObserver.Place.OUT_OF_BOX, 1, silence);
    see(PacketObserver.Place.RECEIVED, 1, silence);
    assertThatThrownBy(
            () -> see(PacketObserver.Place.OUT_OF_BOX, olderThanOne(), silence + 2_145 * SECOND))
        .hasMessageContaining("timestamp goes back");
    see(PacketObserver.Place.OUT_OF_BOX, olderThanOne(), silence + 2_146 * SECOND);
  }

  @Test
  void findsHeadersThatGoBack() {
    WireFaults overtaking = WireFaults.NONE.withReordering(0.2, 50 * MILLI);
    Path path = Path.of(20 * MILLI);
    path = path.withFaults(Leg.INSIDE, Direction.CLIENT_TO_SERVER, overtaking);
    SimulatedNetwork network = new SimulatedNetwork(path, 3);
    network.observe(new MonotonyOracle(PacketObserver.Place.OUT_OF_BOX, Leg.OUTSIDE, Ends.IPV4));
    Application sending = new Application().write(new byte[60_000]).close();
    network.open(
        Ends.IPV4,
        Party.opening(EndpointOptions.MODERN, sending),
        Party.waiting(EndpointOptions.MODERN, sending));
    assertThatThrownBy(() -> network.runUntilDone(1_000 * MILLI))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("goes back");
  }
}
