package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WholeStream;
import dev.midstream.worlds.plan.WorldText;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An agent that decides octets to the client by what it was shown of the other direction. */
class WatchedAgentTest {
  private static final int SHOWN = 100;

  private final SimulatedWorld world =
      WorldText.read("seed=7 client.bytes=200 server.bytes=200 agent.alternating=true");

  private final Map<Direction, WholeStream> streams = new EnumMap<>(Direction.class);
  private final DecisionBatch batch = new DecisionBatch();

  @Test
  @DisplayName("law 11: octets that an agent waits with, and is not shown again")
  void seesForgottenOctets() {
    for (Direction direction : Direction.values()) {
      streams.put(direction, WholeStream.unchanged(world.stream(direction)));
    }
    WatchedAgent agent = new WatchedAgent(world.agent(), streams, EnginePlan.PLAIN);
    show(agent, Direction.SERVER_TO_CLIENT, SHOWN);
    assertThat(agent.decided(Direction.SERVER_TO_CLIENT)).isZero();
    assertThat(agent.isForgotten()).isFalse();

    show(agent, Direction.CLIENT_TO_SERVER, SHOWN);
    assertThat(agent.isForgotten()).as("a quarter more must be decided").isFalse();
    show(agent, Direction.CLIENT_TO_SERVER, SHOWN);
    assertThat(agent.isForgotten()).isTrue();

    show(agent, Direction.SERVER_TO_CLIENT, SHOWN);
    assertThat(agent.decided(Direction.SERVER_TO_CLIENT)).isEqualTo(SHOWN);
    assertThat(agent.isForgotten()).isFalse();
    assertThat(agent.broken()).isNull();
  }

  private void show(WatchedAgent agent, Direction direction, int length) {
    long start = agent.decided(direction);
    MemoryView view = new MemoryView();
    MemorySegment octets = MemorySegment.ofArray(world.stream(direction));
    view.show(octets, start, length, start).mark(false, false);
    batch.open(length, false);
    agent.onOctets("", direction, view, batch);
  }
}
