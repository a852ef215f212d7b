package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.worlds.plan.AgentPlan.State;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WholeStream;
import dev.midstream.worlds.plan.WorldText;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An agent that decides octets to the client by what it was shown of the other direction, and one
 * whose state changes.
 */
class WatchedAgentTest {
  private static final int SHOWN = 100;
  private static final String WORLD = "seed=7 client.bytes=200 server.bytes=200 ";

  private final DecisionBatch batch = new DecisionBatch();
  private SimulatedWorld world = WorldText.read(WORLD + "agent.alternating=true");
  private String state = "";

  @Test
  @DisplayName("law 11: octets that an agent waits with, and is not shown again")
  void seesForgottenOctets() {
    WatchedAgent agent = agent();
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

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"DECIDED", "SHOWN"})
  @DisplayName("a call must be given the state that the last one returned, unless that is lost")
  void seesAnotherState(State told) {
    world = WorldText.read(WORLD + "agent.state=" + told);
    WatchedAgent agent = agent();
    show(agent, Direction.CLIENT_TO_SERVER, SHOWN);
    Runnable recorded = agent.memento();
    String then = state;
    assertThat(then).isNotEmpty();

    show(agent, Direction.SERVER_TO_CLIENT, SHOWN);
    assertThat(state).isNotEqualTo(then);
    recorded.run();
    state = then;
    show(agent, Direction.SERVER_TO_CLIENT, SHOWN);
    assertThat(agent.broken()).isNull();

    state = then;
    show(agent, Direction.SERVER_TO_CLIENT, SHOWN);
    assertBroken(
        Objects.requireNonNull(agent.broken()), Law.ONCE, "the agent is given another state");
  }

  @Test
  @DisplayName("an engine that gives its agent the state of a new connection breaks a law")
  void seesAnEngineThatForgetsTheState() {
    WorldRun run =
        new WorldRun(WorldText.read(WORLD + "client.parts=2 agent.state=DECIDED"))
            .watch((kept, nanos) -> kept.engine().forEachConnection(WatchedAgentTest::forgetState));
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(run::run)
        .satisfies(broken -> assertBroken(broken, Law.ONCE, "given= returned="));
  }

  private static void forgetState(Connection connection) {
    if (connection.hasStreams()) {
      connection.openPhase().updateAgentState("", false);
    }
  }

  private WatchedAgent agent() {
    Map<Direction, WholeStream> streams = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      streams.put(direction, WholeStream.unchanged(world.stream(direction)));
    }
    return new WatchedAgent(world.agent(), streams, EnginePlan.PLAIN);
  }

  private void show(WatchedAgent agent, Direction direction, int length) {
    long start = agent.decided(direction);
    MemoryView view = new MemoryView();
    MemorySegment octets = MemorySegment.ofArray(world.stream(direction));
    view.show(octets, start, length, start).mark(false, false);
    batch.open(length, false);
    state = agent.onOctets(state, direction, view, batch);
  }
}
