package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/**
 * Draws engines that die, so that others go on with the essential state of their connections: in
 * one world of eight, or in each one with {@code -Dmidstream.dying=true}.
 */
final class TakeoverDraw {
  private static final int ONE_IN = 8;
  static final int MAX_CALLS = 400;

  private final SplittableRandom random;

  TakeoverDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with takeovers. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (random.nextInt(ONE_IN) > 0 && !Boolean.getBoolean("midstream.dying")) {
      return world;
    }
    int oneIn = 1 + random.nextInt(1 + random.nextInt(MAX_CALLS));
    return world.withEngine(engine ->
        engine.withCommits(
            FirstCopiesDraw.changed(engine.commits().withTakeovers(oneIn), world.seed())));
  }
}
