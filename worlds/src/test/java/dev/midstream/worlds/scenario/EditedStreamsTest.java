package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.agent.OctetEdits;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.worlds.plan.EnginePlan;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Edited streams between two simulated endpoints, without loss. */
@Tag("worlds")
class EditedStreamsTest {
  private static final int ROUNDS = 400;
  private static final long MILLI = 1_000_000L;
  private static final long DEADLINE_NANOS = 3_600_000 * MILLI;
  private static final int MAX_BYTES = 60_000;

  @Test
  @DisplayName(
      "HDP-3 HDP-5 C-19 both streams of a connection arrive edited, acknowledged and complete")
  void editsBothStreams() {
    SeededRounds.run(ROUNDS, EditedStreamsTest::converse);
  }

  private static void converse(RandomGenerator random) {
    OctetEdits edits = OctetEdits.any(random);
    Ends ends = Draws.ends(random);
    Path path = Draws.path(random);
    Engine engine = EnginePlan.PLAIN.engine(edits.agent());
    SimulatedNetwork network = new SimulatedNetwork(path, random.nextLong());
    network.place(engine);
    Conversation talk =
        network.open(
            ends,
            Party.opening(options(random), Draws.writing(random, MAX_BYTES).close()),
            Party.waiting(options(random), Draws.writing(random, MAX_BYTES).close()));

    assertThat(network.runUntilDone(DEADLINE_NANOS)).as("ends: %s", talk).isTrue();
    new StreamOracle(edits::apply, edits::apply).checkComplete(talk);
    for (TcpEndpoint end : List.of(talk.client(), talk.server())) {
      assertThat(end.counters().get(Counter.CONFLICTS)).as("law 2: %s", talk).isZero();
      assertThat(end.counters().get(Counter.ACKS_BEYOND_SENT)).as("law 3: %s", talk).isZero();
      assertThat(end.counters().get(Counter.PAWS_DROPS)).as("H-1: %s", talk).isZero();
    }
    engine.finish(network.nowNanos(), packet -> {});
    assertThat(engine.budget().usedBytes()).isZero();
  }

  private static EndpointOptions options(RandomGenerator random) {
    return random.nextBoolean() ? EndpointOptions.MODERN : EndpointOptions.CLASSIC;
  }
}
