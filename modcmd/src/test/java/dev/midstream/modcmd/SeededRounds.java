package dev.midstream.modcmd;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Runs a random test in rounds, each with its own seed. A failure reports the seed.
 *
 * <p>{@code -Dmidstream.effort=10} runs ten times the rounds; {@code -Dmidstream.seed=S
 * -Dmidstream.rounds=1} replays the round of seed S.
 */
public final class SeededRounds {
  private static final long FIRST_SEED = Long.getLong("midstream.seed", 1);
  private static final int EFFORT = Integer.getInteger("midstream.effort", 1);

  private SeededRounds() {}

  /** One round of a random test; returns the number of its comparisons. */
  @FunctionalInterface
  public interface Round {
    /** Runs the round, which draws only from {@code random}. */
    long run(RandomGenerator random);
  }

  /** Runs {@code rounds} rounds and checks that they made at least {@code least} comparisons. */
  public static void run(int rounds, long least, Round round) {
    Integer replayed = Integer.getInteger("midstream.rounds");
    int count = replayed == null ? rounds * EFFORT : replayed;
    long comparisons = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) {
      comparisons += runSeed(seed, round);
    }
    if (replayed == null && comparisons < least * EFFORT) {
      throw new AssertionError("too few comparisons: made=" + comparisons + " least=" + least);
    }
  }

  private static long runSeed(long seed, Round round) {
    try {
      return round.run(RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed="
              + seed
              + ", replay with -Dmidstream.seed="
              + seed
              + " -Dmidstream.rounds=1: "
              + e.getMessage(),
          e);
    }
  }
}
