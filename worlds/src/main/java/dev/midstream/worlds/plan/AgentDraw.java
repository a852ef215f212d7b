package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws agents that do not know the protocol, and agents of a connection that was picked up that
 * want edits of another length, none of which applies.
 */
final class AgentDraw {
  private static final List<Change> LENGTHS =
      List.of(Change.GROW, Change.SHRINK, Change.DELETE, Change.INSERT, Change.ANY);

  private final SplittableRandom random;

  AgentDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with such an agent. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (world.engine().isPickingUp()) {
      return oneIn(2) ? world.withAgent(this::stretching) : world;
    }
    boolean detaches = world.agent().end() == End.DETACHES;
    return detaches && oneIn(3) ? world.withAgent(agent -> agent.withEnd(End.NOT_MINE)) : world;
  }

  private AgentPlan stretching(AgentPlan agent) {
    return agent.withChange(LENGTHS.get(random.nextInt(LENGTHS.size())));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
