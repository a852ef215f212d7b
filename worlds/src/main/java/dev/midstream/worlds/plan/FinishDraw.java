package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.SplittableRandom;

/** Draws agents that end streams before their senders do. */
final class FinishDraw {
  private static final int ONE_IN = 16;
  private static final int MOST_BITS = 16;

  /** A sender that is silent for longer may be given up before its FIN comes (H-54). */
  private static final long LONGEST_PAUSES_NANOS = 100_000_000_000L;

  private final SplittableRandom random;

  FinishDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with such an agent. */
  SimulatedWorld changed(SimulatedWorld world) {
    return random.nextInt(ONE_IN) == 0 && mayFinish(world)
        ? world.withAgent(this::finishing)
        : world;
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

  private AgentPlan finishing(AgentPlan agent) {
    long to = random.nextLong(1 + (1L << random.nextInt(MOST_BITS)));
    return agent
        .withTrailer(false)
        .withEnd(End.FINISHES)
        .between(Math.min(agent.editFrom(), to), to);
  }
}
