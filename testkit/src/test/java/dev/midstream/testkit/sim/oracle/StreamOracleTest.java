package dev.midstream.testkit.sim.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import org.junit.jupiter.api.Test;

final class StreamOracleTest {

  @Test
  void findsChangedStream() {
    SimulatedNetwork network = new SimulatedNetwork(Path.of(1_000_000), 1);
    Application sending = new Application().write("some octets").close();
    Conversation talk =
        network.open(
            Ends.IPV4,
            Party.opening(EndpointOptions.MODERN, sending),
            Party.waiting(EndpointOptions.MODERN, sending));
    assertThat(network.runUntilDone(1_000_000_000)).isTrue();
    StreamOracle.unchanged().checkComplete(talk);
    StreamOracle other = new StreamOracle(octets -> new byte[11], octets -> octets);
    assertThatThrownBy(() -> other.checkComplete(talk))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("direction=client to server");
  }
}
