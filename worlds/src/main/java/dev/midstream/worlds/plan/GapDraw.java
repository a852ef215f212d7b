package dev.midstream.worlds.plan;

import dev.midstream.testkit.sim.link.WireFaults;
import java.util.SplittableRandom;

/**
 * Draws losses until an end is cut off, so that what is missing is never sent again: octets after a
 * gap stay in the box.
 */
final class GapDraw {
  private static final double LEAST_LOSS = 0.05;
  private static final double MOST_LOSS = 0.4;

  private final SplittableRandom random;

  GapDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with such losses before the box. */
  SimulatedWorld changed(SimulatedWorld world) {
    boolean cut = world.engine().isEditing() && world.path().isCut();
    return cut && random.nextInt(3) == 0
        ? world.withPath(path -> path.withFaultsBeforeBox(this::losing))
        : world;
  }

  private WireFaults losing(WireFaults faults) {
    return faults.isCut()
        ? faults
            .withLoss(random.nextDouble(LEAST_LOSS, MOST_LOSS))
            .withEnd(Math.max(faults.untilNanos(), faults.downFromNanos()))
        : faults;
  }
}
