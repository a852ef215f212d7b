package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/** Draws routes whose hop counts change, and copies of packets with a low hop limit. */
final class HopDraw {
  private static final long LEAST_NANOS = 8_000_000L;
  private static final int DOUBLINGS = 11;
  private static final long NO_HOLD_NANOS = 86_400_000_000_000L;
  private static final int MAX_HOPS = 24;
  private static final int MOST_CHANGES = 30;

  private final SplittableRandom random;

  HopDraw(SplittableRandom random) {
    this.random = random;
  }

  /**
   * {@code world}, possibly with such routes. Silence must not make the engine pass octets. Damaged
   * packets are left out: what passes unedited is compared with what arrived before the routers.
   */
  SimulatedWorld changed(SimulatedWorld world) {
    boolean fits = world.engine().isEditing() && !world.engine().isFlushing();
    return fits && !world.path().isCut() && oneIn(40) ? changing(world) : world;
  }

  private SimulatedWorld changing(SimulatedWorld world) {
    return Hardship.CORRUPTION
        .removedFrom(world)
        .withEngine(engine -> engine.withHoldTime(NO_HOLD_NANOS))
        .withPath(path -> path.withHops(hops()));
  }

  private HopPlan hops() {
    long leastNanos = LEAST_NANOS << random.nextInt(DOUBLINGS);
    long everyNanos = oneIn(4) ? 0 : leastNanos + random.nextLong(leastNanos);
    double copies = everyNanos == 0 || oneIn(3) ? random.nextDouble() * 0.2 : 0;
    return new HopPlan(
        everyNanos,
        everyNanos * random.nextInt(1, MOST_CHANGES),
        random.nextInt(1, MAX_HOPS),
        copies,
        random.nextInt(1, MAX_HOPS));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
