package dev.midstream.worlds.plan;

import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.AgentPlan.Unit;
import java.util.SplittableRandom;

/**
 * Draws agents that hold too long or too much: writers that pause in the middle of a unit for
 * longer than the hold time, and units above the hold limit.
 */
final class SilenceDraw {
  private static final long MILLI = 1_000_000L;
  private static final long NO_HOLD_NANOS = 86_400_000 * MILLI;
  private static final int MAX_PARTS = 12;
  private static final int MIN_UNIT_BYTES = 16;
  private static final int MAX_UNIT_BYTES = 3_000;

  private final SplittableRandom random;

  SilenceDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with an agent that holds too long or too much. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (!mayHold(world)) {
      return world;
    }
    return switch (random.nextInt(40)) {
      case 0, 1 -> silent(holding(world));
      case 2 -> limited(holding(world));
      default -> world;
    };
  }

  /** Whether nothing else in the world ends editing, or needs an agent that waits. */
  private static boolean mayHold(SimulatedWorld world) {
    boolean stays = world.agent().end() == End.NEVER && world.agent().change() != Change.SKIP;
    boolean plain = world.engine().isEditing() && !world.engine().isFlushing();
    return stays
        && plain
        && !world.agent().alternating()
        && world.engine().policies().urgent() == Urgent.CLEAR
        && !world.path().isCut()
        && !new WorldTraits(world).lastsHours();
  }

  private SimulatedWorld holding(SimulatedWorld world) {
    Unit unit = oneIn(2) ? Unit.LINE : Unit.FRAME;
    int limit = random.nextInt(MIN_UNIT_BYTES, MAX_UNIT_BYTES);
    return world.withAgent(agent -> agent.withUnit(unit).withLimit(limit).withTrailer(false));
  }

  /** Writers pause for up to three hold times. On half of the paths nothing is lost. */
  private SimulatedWorld silent(SimulatedWorld world) {
    long holdNanos = random.nextLong(50 * MILLI, 900 * MILLI);
    SimulatedWorld pausing =
        world
            .withBoth(end -> pausing(end, 3 * holdNanos))
            .withEngine(engine -> engine.withHoldTime(holdNanos));
    return oneIn(2)
        ? pausing
        : pausing.withPath(path -> path.withRate(0).withEachFault(faults -> WireFaults.NONE));
  }

  private EndpointPlan pausing(EndpointPlan end, long longestNanos) {
    return end.withWrites(Math.min(end.parts(), MAX_PARTS), random.nextLong(longestNanos));
  }

  /** The agent may hold less than its longest unit. */
  private SimulatedWorld limited(SimulatedWorld world) {
    OnFailure policy = oneIn(2) ? OnFailure.PASS : OnFailure.RESET;
    int bytes = random.nextInt(1, world.agent().limitBytes() + 1);
    return world.withEngine(engine ->
        engine
            .onFailure(engine.policies().onAgentFailure(), policy)
            .withHoldTime(NO_HOLD_NANOS)
            .withHoldBytes(bytes));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
