package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.SplittableRandom;

/**
 * Draws segments in fragments, of some of which a part never comes, and agents beside them that let
 * spans pass unseen.
 */
final class FragmentDraw {
  private static final int FRAGMENTS = 17;
  private static final int ONE_IN = 20;
  private static final int MIN_BYTES = 64;
  private static final int MAX_BYTES = 1_400;
  private static final int MOST_SEGMENTS = 40;
  private static final int MOST_SKIPPED_BYTES = 4_000;

  private final SplittableRandom random;

  private FragmentDraw(SplittableRandom random) {
    this.random = random;
  }

  /** The draw of {@code seed}, which changes no other draw. */
  static FragmentDraw of(long seed) {
    return new FragmentDraw(WorldDraw.own(seed, FRAGMENTS));
  }

  /** {@code world}, possibly with such fragments. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (random.nextInt(ONE_IN) > 0 || !mayFragment(world)) {
      return world;
    }
    SimulatedWorld cut = world.path().fragmentBytes() > 0 ? world : world.withPath(this::cut);
    SimulatedWorld stray =
        random.nextInt(5) == 0
            ? cut
            : cut.withPath(path -> path.withStrays(1 + random.nextInt(MOST_SEGMENTS)));
    boolean sees = world.agent().replyEvery() == 0 && !world.agent().alternating();
    return sees && random.nextBoolean() ? stray.withAgent(this::skipping) : stray;
  }

  /** Fragments of a connection that is no longer edited leave as they are. */
  private static boolean mayFragment(SimulatedWorld world) {
    return world.agent().end() == End.NEVER
        && world.engine().isEditing()
        && !world.engine().isFlushing()
        && !world.engine().isLimitingHold()
        && world.ends().vlanIds() == 0
        && world.path().links().equals(LinkPlan.NONE);
  }

  private PathPlan cut(PathPlan path) {
    return path.withFragments(random.nextInt(MIN_BYTES, MAX_BYTES));
  }

  private AgentPlan skipping(AgentPlan agent) {
    int bytes = random.nextInt(random.nextBoolean() ? 100 : MOST_SKIPPED_BYTES);
    return agent.withChange(Change.SKIP).withTrailer(false).withGrowth(bytes);
  }
}
