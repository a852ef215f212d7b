package dev.midstream.reassembly.world;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Repeats a random test, each round from a seed of its own that a failure names.
 *
 * <p>{@code -Dmidstream.effort=10} makes ten times the rounds; {@code -Dmidstream.seed=S
 * -Dmidstream.rounds=1} replays the round of seed S alone.
 */
public final class SeededRounds {
  private static final long FIRST_SEED = Long.getLong("midstream.seed", 1);
  private static final int EFFORT = Integer.getInteger("midstream.effort", 1);

  private SeededRounds() {}

  /** One round of a random test. */
  @FunctionalInterface
  public interface Round {
    /** Runs the round; draws from {@code random} only. */
    void run(RandomGenerator random);
  }

  /** Whether one round alone is run again, to be looked at. */
  static boolean isReplay() {
    return Integer.getInteger("midstream.rounds", 0) == 1;
  }

  /** Runs {@code rounds} rounds. */
  public static void run(int rounds, Round round) {
    int count = Integer.getInteger("midstream.rounds", rounds * EFFORT);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) {
      try {
        round.run(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
      } catch (RuntimeException | AssertionError e) {
        String replay = " -Dmidstream.seed=" + seed + " -Dmidstream.rounds=1: ";
        throw new AssertionError("replay with" + replay + e.getMessage(), e);
      }
    }
  }
}
