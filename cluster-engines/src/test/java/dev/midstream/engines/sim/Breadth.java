package dev.midstream.engines.sim;

import dev.midstream.testkit.random.SeededRounds;
import java.util.Random;
import java.util.random.RandomGenerator;

/** What a random cluster may have beside its schedule, and what draws it. */
enum Breadth {
  /** Three nodes at least, and nothing that is rare. */
  USUAL,

  /** It may have two nodes only, these may go on alone, and connections may stay with nodes. */
  STAYING,

  /** The same, and all that {@link FurtherDraw} and {@link FurtherFaults} have. */
  FURTHER;

  private static final long MIXING = 1_000_003;

  /** Whether there may be two nodes only, and connections may stay. */
  boolean isWide() {
    return this != USUAL;
  }

  /** Whether everything may happen. */
  boolean isFurther() {
    return this == FURTHER;
  }

  /**
   * Draws what is beside the schedule. {@link Random} draws the same at first from seeds that are
   * near each other; clusters in which a transfer broke once are drawn as they were.
   *
   * @param purpose draws for other purposes differ
   */
  RandomGenerator beside(long seed, int purpose) {
    return isFurther() ? SeededRounds.generator(MIXING * seed + purpose) : new Random(seed);
  }
}
