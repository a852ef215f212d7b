package dev.midstream.testkit.sim.oracle;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import org.junit.jupiter.api.Test;

final class MonotonyOracleTest {
  private static final long MILLI = 1_000_000L;

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
