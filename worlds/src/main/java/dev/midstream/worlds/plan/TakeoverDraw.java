package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/**
 * Draws engines that die, so that others go on with the essential state of their connections: in
 * each world with {@code -Dmidstream.dying=true}, in none without. About one of 3,000 such worlds
 * still breaks a law.
 */
final class TakeoverDraw {
  private static final boolean DYING = Boolean.getBoolean("midstream.dying");
  private static final int MAX_ONE_IN = 400;

  private final SplittableRandom random;

  TakeoverDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with takeovers. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (!DYING) {
      return world;
    }
    int oneIn = 1 + random.nextInt(1 + random.nextInt(MAX_ONE_IN));
    return world.withEngine(engine -> engine.withTakeovers(oneIn));
  }
}
