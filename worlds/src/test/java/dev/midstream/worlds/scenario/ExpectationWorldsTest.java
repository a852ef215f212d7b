package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Agents that expect connections; {@code -Dmidstream.effort} multiplies the worlds. */
@Tag("worlds")
class ExpectationWorldsTest {
  private static final int WORLDS = 40;

  @Test
  @DisplayName("HSI-6 laws 1 to 8 and 11: an expected connection gets its agent, and no other one")
  void givesExpectedConnectionsTheirAgents() {
    int[] expected = new int[1];
    SeededRounds.run(WORLDS, random -> expected[0] += new ExpectationWorld(random).run());
    assertThat(SeededRounds.isReplay() || expected[0] > WORLDS).isTrue();
  }
}
