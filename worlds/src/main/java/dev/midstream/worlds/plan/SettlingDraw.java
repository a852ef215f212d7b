package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.SplittableRandom;

/** Draws worlds whose agents often leave off early, so that their connections settle. */
public final class SettlingDraw {
  private static final int MAX_EDITED_BYTES = 2_000;
  private static final int MAX_BYTES = 60_000;
  private static final int MAX_PARTS = 12;
  private static final long MAX_PAUSE_NANOS = 2_000_000_000L;

  private final SplittableRandom random;

  private SettlingDraw(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * The world of {@code seed}, without damaged packets: the kernel forwards them as a bridge does,
   * and an engine does not.
   */
  public static SimulatedWorld of(long seed) {
    return of(seed, WorldDraw.withCuts(seed));
  }

  /** The world of {@code seed} of this kind, whose engine writes records and dies if that fits. */
  public static SimulatedWorld dying(long seed) {
    return of(seed, WorldDraw.dying(seed));
  }

  private static SimulatedWorld of(long seed, SimulatedWorld drawn) {
    return new SettlingDraw(seed).changed(Hardship.CORRUPTION.removedFrom(drawn));
  }

  private SimulatedWorld changed(SimulatedWorld world) {
    AgentPlan agent = world.agent();
    boolean stays = agent.end() == End.NEVER && agent.change() != Change.SKIP;
    if (!stays || !world.engine().isEditing() || random.nextInt(4) == 0) {
      return world;
    }
    End end = random.nextBoolean() ? End.SKIPS_REST : End.DETACHES;
    long editTo = random.nextLong(1, MAX_EDITED_BYTES);
    return world
        .withAgent(
            each -> each.withTrailer(false).withReplyEvery(0).withEnd(end).between(0, editTo))
        .withBoth(this::longer);
  }

  /** Longer streams with pauses, in which commands are folded. */
  private EndpointPlan longer(EndpointPlan end) {
    return end.withAtLeast(random.nextInt(MAX_BYTES))
        .withWrites(random.nextInt(1, MAX_PARTS), random.nextLong(MAX_PAUSE_NANOS));
  }
}
