package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/** Draws engines that park their connections early: some at once, some after a short silence. */
final class ParkDraw {
  private static final long LONGEST_NANOS = 500_000_000;

  private final SplittableRandom random;

  ParkDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with early parking. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (random.nextInt(4) > 0) {
      return world;
    }
    long nanos = random.nextInt(3) == 0 ? 0 : random.nextLong(1 + random.nextLong(LONGEST_NANOS));
    return world.withEngine(engine -> engine.withPark(nanos));
  }
}
