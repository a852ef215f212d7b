package dev.midstream.testkit.sim;

import org.junit.jupiter.api.Test;

final class RandomPairTest {

  @Test
  void deliversBetweenAnyEndpointsOverAnyPath() {
    SeededRounds.run(2_000, seed -> new RandomPair(seed).run());
  }
}
