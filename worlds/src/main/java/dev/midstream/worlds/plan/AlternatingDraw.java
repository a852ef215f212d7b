package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/** Gives few worlds an agent that decides one direction by what it was shown of the other. */
final class AlternatingDraw {
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000L;
  private final SplittableRandom random;

  AlternatingDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with an agent whose directions alternate. */
  SimulatedWorld changed(SimulatedWorld world) {
    return random.nextInt(12) == 0 && mayAlternate(world)
        ? world.withAgent(agent -> agent.withAlternating(true))
        : world;
  }

  /** What waits must not pass after a short silence, and the other direction must go on soon. */
  private static boolean mayAlternate(SimulatedWorld world) {
    long pauseNanos = Math.max(world.client().pauseNanos(), world.server().pauseNanos());
    return world.engine().isEditing()
        && !world.engine().isFlushing()
        && pauseNanos <= LONGEST_PAUSE_NANOS;
  }
}
