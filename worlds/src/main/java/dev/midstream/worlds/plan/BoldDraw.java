package dev.midstream.worlds.plan;

import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.SplittableRandom;

/**
 * Draws agents that reply, wait for the other direction, fail, leave the connection, or decide what
 * they are not shown. Each does one of these.
 */
final class BoldDraw {
  private static final int MOST_CALLS = 20;
  private static final int MOST_BITS = 14;
  private static final int MOST_UNSEEN_BYTES = 2_000;

  private final SplittableRandom random;

  BoldDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world} with such an agent, if records are committed in {@code mode}. */
  SimulatedWorld changed(SimulatedWorld world, CommitMode mode) {
    return world.withAgent(agent -> bold(agent, mode));
  }

  private AgentPlan bold(AgentPlan agent, CommitMode mode) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> mode.delaysAcknowledgements() ? replying(agent) : agent.withAlternating(true);
      case 2 -> agent.withAlternating(true);
      case 3 -> ending(agent, End.THROWS);
      case 4 -> ending(agent, End.DETACHES);
      case 5 -> ending(agent, random.nextBoolean() ? End.SKIPS_REST : End.FINISHES);
      case 6 -> unseeing(agent, Change.SKIP);
      default -> unseeing(agent, Change.DROP);
    };
  }

  private AgentPlan replying(AgentPlan agent) {
    return agent.withTrailer(false).withReplyEvery(1 + random.nextInt(MOST_CALLS));
  }

  private AgentPlan ending(AgentPlan agent, End end) {
    long to = random.nextLong(1 + (1L << random.nextInt(MOST_BITS)));
    return agent.withTrailer(false).withEnd(end).between(Math.min(agent.editFrom(), to), to);
  }

  private AgentPlan unseeing(AgentPlan agent, Change change) {
    return agent
        .withTrailer(false)
        .withChange(change)
        .withGrowth(random.nextInt(MOST_UNSEEN_BYTES));
  }
}
