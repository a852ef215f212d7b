package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.AgentPlan.State;
import java.util.SplittableRandom;

/** Gives three of four agents a state that changes. */
final class StateDraw {
  private static final int STATES = 18;

  private final SplittableRandom random;

  private StateDraw(SplittableRandom random) {
    this.random = random;
  }

  /** The draw of {@code seed}, which changes no other draw. */
  static StateDraw of(long seed) {
    return new StateDraw(WorldDraw.own(seed, STATES));
  }

  /** {@code world}, possibly with such an agent. */
  SimulatedWorld changed(SimulatedWorld world) {
    State state =
        switch (random.nextInt(4)) {
          case 0 -> State.NOTHING;
          case 1 -> State.SHOWN;
          default -> State.DECIDED;
        };
    return world.withAgent(agent -> agent.withState(state));
  }
}
