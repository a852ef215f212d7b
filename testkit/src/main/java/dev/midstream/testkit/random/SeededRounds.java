package dev.midstream.testkit.random;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Runs a random test in rounds. Each round has a seed of its own, which a failure names.
 *
 * <p>{@code -Dmidstream.effort=10} runs ten times as many rounds; {@code -Dmidstream.seed=S
 * -Dmidstream.rounds=1} replays the round of seed S alone; {@code -Dmidstream.seed=fresh} takes
 * seeds that no earlier run had.
 */
public final class SeededRounds {
  private static final long SEEDS_FOR_EACH_MILLI = 1_000;
  private static final long FIRST_SEED = drawFirstSeed();
  private static final int EFFORT = Integer.getInteger("midstream.effort", 1);

  private SeededRounds() {}

  /** One round of a random test. */
  @FunctionalInterface
  public interface Round {
    /** Runs the round; draws from {@code random} only. */
    void run(RandomGenerator random);
  }

  /** One round of a random test that makes its own generator. */
  @FunctionalInterface
  public interface SeedRound {
    /** Runs the round; draws from {@code seed} only. */
    void run(long seed);
  }

  private static long drawFirstSeed() {
    boolean fresh = System.getProperty("midstream.seed", "").equals("fresh");
    return fresh
        ? System.currentTimeMillis() * SEEDS_FOR_EACH_MILLI
        : Long.getLong("midstream.seed", 1);
  }

  /** The first seed, by {@code midstream.seed}. */
  public static long firstSeed() {
    return FIRST_SEED;
  }

  /** Whether a single round is replayed. */
  public static boolean isReplay() {
    return Integer.getInteger("midstream.rounds", 0) == 1;
  }

  /** Runs {@code rounds} rounds. */
  public static void run(int rounds, Round round) {
    runSeeds(rounds, seed -> round.run(generator(seed)));
  }

  /** What the round of {@code seed} draws from. */
  public static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Runs {@code rounds} rounds, each given its seed. */
  public static void runSeeds(int rounds, SeedRound round) {
    int count = Integer.getInteger("midstream.rounds", rounds * EFFORT);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + count; seed++) {
      try {
        round.run(seed);
      } catch (RuntimeException | AssertionError e) {
        String replay = " -Dmidstream.seed=" + seed + " -Dmidstream.rounds=1: ";
        throw new AssertionError("replay with" + replay + e.getMessage(), e);
      }
    }
  }
}
