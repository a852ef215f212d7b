package dev.midstream.testkit.sim;

/**
 * Runs a random test in rounds, each with its own seed. A failure reports the seed.
 *
 * <p>{@code -Dmidstream.effort=10} runs ten times the rounds; {@code -Dmidstream.seed=S
 * -Dmidstream.rounds=1} replays the round of seed S.
 */
final class SeededRounds {
  private static final long FIRST_SEED = Long.getLong("midstream.seed", 1);
  private static final int EFFORT = Integer.getInteger("midstream.effort", 1);

  private SeededRounds() {}

  /** One round of a random test. */
  @FunctionalInterface
  interface Round {
    /** Runs the round, which draws only from {@code seed}. */
    void run(long seed);
  }

  /** Runs {@code rounds} rounds. */
  static void run(int rounds, Round round) {
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
