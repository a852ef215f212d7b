package dev.midstream.worlds.plan;

import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.CommitMode;
import java.util.SplittableRandom;

/** Draws engines that write records of their connections, which are committed late. */
final class CommitDraw {
  private static final long LONGEST_NANOS = 50_000_000;
  private static final CommitMode[] MODES = CommitMode.values();

  private final SplittableRandom random;

  CommitDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with such an engine. */
  SimulatedWorld changed(SimulatedWorld world) {
    EnginePlan engine = world.engine();
    boolean fits =
        engine.moveOneIn() == 0 && !engine.isTakenOver() && engine.vantage() == Vantage.INLINE;
    if (!fits || (random.nextInt(8) > 0 && !Boolean.getBoolean("midstream.committing"))) {
      return world;
    }
    CommitMode mode = MODES[1 + random.nextInt(MODES.length - 1)];
    long delayNanos = random.nextInt(4) == 0 ? 0 : random.nextLong(LONGEST_NANOS);
    return world.withEngine(plan -> plan.withCommits(new CommitPlan(mode, delayNanos, 0)));
  }
}
