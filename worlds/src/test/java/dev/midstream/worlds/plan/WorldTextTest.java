package dev.midstream.worlds.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.testkit.random.SeededRounds;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WorldTextTest {

  @Test
  @DisplayName("a world read from its text is the same world")
  void readsWhatItWrote() {
    SeededRounds.runSeeds(
        500,
        seed -> {
          SimulatedWorld world = WorldDraw.of(seed);
          assertThat(WorldText.read(WorldText.of(world))).isEqualTo(world);
        });
  }

  @Test
  @DisplayName("a parameter without a value is that of the plain world")
  void takesPlainValues() {
    SimulatedWorld world = WorldText.read("client.bytes=7 path.faults.2.loss=0.5 agent.unit=LINE");

    assertThat(world.client().bytes()).isEqualTo(7);
    assertThat(world.path().faults().get(2).loss()).isEqualTo(0.5);
    assertThat(world.agent().unit()).isEqualTo(AgentPlan.Unit.LINE);
    assertThat(world.withClient(end -> WorldText.PLAIN.client()).client())
        .isEqualTo(WorldText.PLAIN.server());
  }

  @Test
  @DisplayName("an unknown name is refused")
  void refusesUnknownNames() {
    assertThatThrownBy(() -> WorldText.read("client.colour=7"))
        .hasMessageContaining("client.colour");
  }
}
