package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/**
 * Draws engines that park their connections early, some at once, some after a short silence: in one
 * world of four, or in each one with {@code -Dmidstream.parking=true}.
 */
public final class ParkDraw {
  private static final int PARKS = 12;
  private static final long LONGEST_NANOS = 500_000_000;

  private final SplittableRandom random;

  private ParkDraw(SplittableRandom random) {
    this.random = random;
  }

  /** The draw of {@code seed}, which changes no other draw. */
  public static ParkDraw of(long seed) {
    return new ParkDraw(WorldDraw.own(seed, PARKS));
  }

  /** {@code world}, possibly with early parking. */
  public SimulatedWorld changed(SimulatedWorld world) {
    return world.withEngine(this::changed);
  }

  /** {@code engine}, possibly with early parking. */
  public EnginePlan changed(EnginePlan engine) {
    if (random.nextInt(4) > 0 && !Boolean.getBoolean("midstream.parking")) {
      return engine;
    }
    long most = random.nextInt(3) == 0 ? 1 : 1 + random.nextLong(LONGEST_NANOS);
    long nanos = 1 + random.nextLong(most);
    return engine.withPark(nanos);
  }
}
