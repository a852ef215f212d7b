package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.SplittableRandom;

/**
 * Draws what few worlds have from random numbers of its own, so that the seeds of all others mean
 * the same worlds as without it.
 */
final class LaterDraw {
  private final SplittableRandom random;

  LaterDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with more hardships. */
  SimulatedWorld changed(SimulatedWorld world) {
    return oneIn(25) && mayDetach(world) ? world.withAgent(this::detaching) : world;
  }

  /** An agent that no other kind of world needs to stay. */
  private static boolean mayDetach(SimulatedWorld world) {
    AgentPlan agent = world.agent();
    boolean stays = agent.end() == End.NEVER && agent.change() != Change.SKIP;
    return stays && world.engine().isInspecting() && world.path().fragmentBytes() == 0;
  }

  private AgentPlan detaching(AgentPlan agent) {
    long longest = agent.editTo() == Long.MAX_VALUE ? 1 << random.nextInt(16) : agent.editTo();
    return agent
        .withTrailer(false)
        .withEnd(End.DETACHES)
        .between(agent.editFrom(), random.nextLong(1 + longest));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
