package dev.midstream.testkit.sim;

import dev.midstream.testkit.random.SeededRounds;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("worlds")
final class RandomPairTest {

  @Test
  void anyTwoEndsDeliverEverythingOverAnyPath() {
    SeededRounds.runSeeds(2_000, seed -> new RandomPair(seed).run());
  }
}
