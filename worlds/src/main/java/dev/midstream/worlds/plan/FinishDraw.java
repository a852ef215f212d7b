package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.SplittableRandom;

/** Draws agents that end streams before their senders do, or reset one end. */
final class FinishDraw {
  private static final int ONE_IN = 16;
  private static final int ABORTS_ONE_IN = 4;
  private static final int MOST_BITS = 16;

  /** A sender that is silent for longer may be given up before its FIN comes (H-54). */
  private static final long LONGEST_PAUSES_NANOS = 100_000_000_000L;

  private final SplittableRandom random;

  FinishDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with such an agent. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (random.nextInt(ONE_IN) != 0 || !mayFinish(world)) {
      return world;
    }
    boolean aborts = random.nextInt(ABORTS_ONE_IN) == 0 && mayAbort(world);
    return world.withAgent(agent -> ending(agent, aborts ? End.ABORTS : End.FINISHES));
  }

  /** What the other end lacks must be kept. */
  private static boolean mayAbort(SimulatedWorld world) {
    AgentPlan agent = world.agent();
    return world.engine().isEditing()
        && !new WorldTraits(world).mayBeReset()
        && agent.change() != Change.SKIP
        && agent.end() == End.NEVER;
  }

  private static boolean mayFinish(SimulatedWorld world) {
    AgentPlan agent = world.agent();
    boolean stays = agent.end() == End.NEVER || agent.end() == End.SKIPS_REST;
    return stays
        && world.engine().isInspecting()
        && !world.engine().isPickingUp()
        && !world.engine().isFlushing()
        && !world.engine().isLimitingHold()
        && !world.path().isCut()
        && agent.replyEvery() == 0
        && !agent.alternating()
        && isBrisk(world.client())
        && isBrisk(world.server());
  }

  private static boolean isBrisk(EndpointPlan end) {
    return end.parts() * end.pauseNanos() < LONGEST_PAUSES_NANOS;
  }

  private AgentPlan ending(AgentPlan agent, End end) {
    long to = random.nextLong(1 + (1L << random.nextInt(MOST_BITS)));
    return agent.withTrailer(false).withEnd(end).between(Math.min(agent.editFrom(), to), to);
  }
}
