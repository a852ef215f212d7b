package dev.midstream.worlds.fastpath;

import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.SplittableRandom;

/**
 * How connections change hands between an engine and the fast path.
 *
 * @param leastBytes octets that a connection has sent before it is given away
 * @param refuseOneIn one in so many entries finds no room; 0 for none
 * @param recallOneIn before one in so many packets its connection is recalled; 0 for none
 * @param faultOneIn one in so many packets at a change of hands is lost or seen twice; 0 for none
 * @param waitNanos packets wait up to so long before the engine, while the fast path forwards those
 *     that come later; 0 if none waits
 */
public record HandOverPlan(
    int leastBytes, int refuseOneIn, int recallOneIn, int faultOneIn, long waitNanos) {
  private static final int MAX_LEAST_BYTES = 5_000;
  private static final int SHORTEST_WAIT_NANOS = 10_000;
  private static final int MAX_WAIT_DOUBLINGS = 11;

  /**
   * The plan of {@code seed} for {@code world}. Without an agent there are no faults, and no packet
   * waits: what leaves is compared with what came.
   */
  public static HandOverPlan of(SimulatedWorld world, long seed) {
    HandOverPlan drawn = draw(seed);
    return world.engine().isEditing() ? drawn : drawn.withoutFaults();
  }

  private HandOverPlan withoutFaults() {
    return new HandOverPlan(leastBytes, refuseOneIn, recallOneIn, 0, 0);
  }

  private static HandOverPlan draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new HandOverPlan(
        random.nextInt(3) > 0 ? 0 : random.nextInt(MAX_LEAST_BYTES),
        random.nextBoolean() ? 0 : random.nextInt(2, 8),
        random.nextInt(3) == 0 ? 0 : random.nextInt(2, 40),
        random.nextBoolean() ? 0 : random.nextInt(1, 10),
        random.nextBoolean()
            ? 0
            : (long) SHORTEST_WAIT_NANOS << random.nextInt(MAX_WAIT_DOUBLINGS));
  }
}
