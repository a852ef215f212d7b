package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.Change;
import java.util.SplittableRandom;

/** Draws agents that delete octets that they are not shown. */
final class DropDraw {
  private static final int ONE_IN = 14;
  private static final int SHORT_BYTES = 100;
  private static final int LONG_BYTES = 60_000;

  private final SplittableRandom random;

  DropDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with such an agent. */
  SimulatedWorld changed(SimulatedWorld world) {
    return random.nextInt(ONE_IN) == 0 && mayDrop(world) ? world.withAgent(this::dropping) : world;
  }

  /**
   * Whether the agent may decide what it does not see. Replies, and what waits for the other
   * direction, would then depend on what has arrived.
   */
  private static boolean mayDrop(SimulatedWorld world) {
    AgentPlan agent = world.agent();
    return world.engine().isInspecting()
        && !world.engine().isPickingUp()
        && !world.engine().isFlushing()
        && !world.engine().isLimitingHold()
        && agent.replyEvery() == 0
        && !agent.alternating()
        && agent.end() != AgentPlan.End.RESETS;
  }

  private AgentPlan dropping(AgentPlan agent) {
    int longest = random.nextInt(3) == 0 ? LONG_BYTES : SHORT_BYTES;
    return agent.withChange(Change.DROP).withTrailer(false).withGrowth(random.nextInt(longest));
  }
}
