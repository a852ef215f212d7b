package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/**
 * Draws engines that move their connections, some after each call, some rarely: in one world of
 * four, or in each one with {@code -Dmidstream.moving=true}.
 */
public final class MoveDraw {
  private static final int MOVES = 11;
  private static final int MAX_ONE_IN = 200;

  private final SplittableRandom random;

  private MoveDraw(SplittableRandom random) {
    this.random = random;
  }

  /** The draw of {@code seed}, which changes no other draw. */
  public static MoveDraw of(long seed) {
    return new MoveDraw(WorldDraw.own(seed, MOVES));
  }

  /** {@code world}, possibly with moves. */
  public SimulatedWorld changed(SimulatedWorld world) {
    return world.withEngine(this::changed);
  }

  /** {@code engine}, possibly with moves. */
  public EnginePlan changed(EnginePlan engine) {
    if (random.nextInt(4) > 0 && !Boolean.getBoolean("midstream.moving")) {
      return engine;
    }
    return engine.withMoves(random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(MAX_ONE_IN));
  }
}
