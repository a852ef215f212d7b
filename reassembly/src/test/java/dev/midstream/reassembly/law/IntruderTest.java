package dev.midstream.reassembly.law;

import dev.midstream.reassembly.law.AgentPlan.End;
import dev.midstream.reassembly.law.EndPlan.Closing;
import dev.midstream.reassembly.world.SeededRounds;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Worlds in which somebody sends beside the ends; {@code -Dmidstream.effort} makes it many. */
class IntruderTest {
  private static final int WORLDS = 60;

  @ParameterizedTest(name = "{0}")
  @EnumSource
  @DisplayName(
      "T-13 H-40 H-41 laws 1 to 8, 10 and 11 hold whatever somebody sends beside the two ends")
  void keepsTheLawsBesideAnIntruder(Forgery forgery) {
    SeededRounds.run(
        WORLDS,
        random -> {
          LiveWorld world = WorldDraw.of(random.nextLong());
          for (Hardship each : Hardship.named("small-limits")) {
            world = each.removedFrom(world);
          }
          if (isWhole(world)) {
            run(new WorldRun(world, box -> new Intruder(box, forgery, random)), world);
          }
        });
  }

  private static void run(WorldRun run, LiveWorld world) {
    try {
      run.run();
    } catch (LawBroken e) {
      throw new AssertionError(e.getMessage() + "\n" + world, e);
    }
  }

  /** Whether nobody but an intruder has a reason to reset, or to let octets pass unseen. */
  private static boolean isWhole(LiveWorld world) {
    return world.engine().isEditing()
        && world.agent().end() != End.THROWS
        && world.client().closing() != Closing.ABORT
        && world.server().closing() != Closing.ABORT;
  }
}
