package dev.midstream.worlds.plan;

import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws agents that do not know the protocol, agents of a connection that was picked up that want
 * edits of another length, none of which applies, and rules with policies of their own.
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
    boolean leaves = world.agent().end() == End.DETACHES && oneIn(3);
    SimulatedWorld left = leaves ? leaving(world) : world;
    return oneIn(5) ? left.withEngine(engine -> engine.withOfRule(true)) : left;
  }

  private SimulatedWorld leaving(SimulatedWorld world) {
    OnFailure policy = oneIn(2) ? OnFailure.RESET : OnFailure.PASS;
    return world
        .withAgent(agent -> agent.withEnd(End.NOT_MINE))
        .withEngine(engine -> engine.onNotMine(policy));
  }

  private AgentPlan stretching(AgentPlan agent) {
    return agent.withChange(LENGTHS.get(random.nextInt(LENGTHS.size())));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
