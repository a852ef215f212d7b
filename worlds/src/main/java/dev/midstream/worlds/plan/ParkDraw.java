package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/**
 * Draws engines that park their connections early, some at once, some after a short silence: in one
 * world of four, or in each one with {@code -Dmidstream.parking=true}.
 */
final class ParkDraw {
  private static final long LONGEST_NANOS = 500_000_000;

  private final SplittableRandom random;

  ParkDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with early parking. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (random.nextInt(4) > 0 && !Boolean.getBoolean("midstream.parking")) {
      return world;
    }
    long most = random.nextInt(3) == 0 ? 1 : 1 + random.nextLong(LONGEST_NANOS);
    long nanos = 1 + random.nextLong(most);
    return world.withEngine(engine -> engine.withPark(nanos));
  }
}
