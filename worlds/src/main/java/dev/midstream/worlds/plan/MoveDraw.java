package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/** Draws engines that move their connections: some after each call, some rarely. */
final class MoveDraw {
  private static final int MAX_ONE_IN = 200;

  private final SplittableRandom random;

  MoveDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with moves. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (random.nextInt(4) > 0) {
      return world;
    }
    int oneIn = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(MAX_ONE_IN);
    return world.withEngine(engine -> engine.withMoves(oneIn));
  }
}
