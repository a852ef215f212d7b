package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.worlds.law.DeathStates;
import dev.midstream.worlds.law.DeathStates.State;
import dev.midstream.worlds.law.TakeoverCounts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Agents that expect connections; {@code -Dmidstream.effort} multiplies the worlds. */
@Tag("worlds")
class ExpectationWorldsTest {
  private static final int WORLDS = 10;

  @Test
  @DisplayName("HSI-6 laws 1 to 8 and 11: an expected connection gets its agent, and no other one")
  void givesExpectedConnectionsTheirAgents() {
    long[] met = new long[2];
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          ExpectationWorld.Met world = new ExpectationWorld(seed, false).run();
          met[0] += world.expected();
          met[1] += world.moves();
        });
    assertThat(SeededRounds.isReplay() || met[0] > WORLDS).isTrue();
    assertThat(SeededRounds.isReplay() || met[1] > 0).as("moves").isTrue();
  }

  @Test
  @DisplayName("HSI-6 laws 1 to 8 and 11: so it does when other engines go on with it")
  void givesThemTheirAgentsAfterTakeovers() {
    int[] expected = new int[1];
    TakeoverCounts counts = new TakeoverCounts("expectations");
    DeathStates deaths = new DeathStates();
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          ExpectationWorld.Met world = new ExpectationWorld(seed, true).run();
          expected[0] += world.expected();
          counts.add(world.takeovers(), world.handOvers());
          deaths.add(world.deaths());
        });
    counts.print();
    assertThat(SeededRounds.isReplay() || expected[0] > WORLDS).isTrue();
    assertThat(SeededRounds.isReplay() || counts.takeovers() > WORLDS).isTrue();
    assertThat(SeededRounds.isReplay() || deaths.met().contains(State.EXPECTATION)).isTrue();
  }
}
