package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.SplittableRandom;

/**
 * Draws agents that detach, or do not know the protocol. The random numbers are its own, so that
 * the seeds of all other worlds mean the same as without it.
 */
final class DetachDraw {
  private final SplittableRandom random;

  DetachDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with an agent that detaches. */
  SimulatedWorld changed(SimulatedWorld world) {
    return oneIn(25) && mayDetach(world) ? world.withAgent(this::detaching) : world;
  }

  /** Whether the agent stays to the end, and nothing else in the world needs it to. */
  private static boolean mayDetach(SimulatedWorld world) {
    AgentPlan agent = world.agent();
    boolean stays = agent.end() == End.NEVER && agent.change() != Change.SKIP;
    return stays && world.engine().isInspecting();
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
