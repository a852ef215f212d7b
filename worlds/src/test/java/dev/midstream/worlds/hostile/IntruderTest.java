package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.worlds.law.TakeoverCounts;
import dev.midstream.worlds.law.WorldRun;
import dev.midstream.worlds.plan.CommitDraw;
import dev.midstream.worlds.plan.EndpointPlan.Closing;
import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.MoveDraw;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Worlds with an intruder; {@code -Dmidstream.effort} multiplies them. */
class IntruderTest {
  private static final int WORLDS = 60;
  private static final String REMOVED = "small-limits,urgent-policies,resetting-agent,days";

  @ParameterizedTest(name = "{0}")
  @EnumSource
  @DisplayName("T-13 H-40 H-41 laws 1 to 8, 10 and 11 hold whatever an intruder sends")
  void keepsTheLawsDespiteAnIntruder(Forgery forgery) {
    TakeoverCounts counts = new TakeoverCounts("intruders, " + forgery);
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          RandomGenerator random = SeededRounds.generator(seed);
          SimulatedWorld drawn = WorldDraw.of(random.nextLong()).without(Hardship.named(REMOVED));
          SimulatedWorld moving = MoveDraw.of(seed).changed(drawn);
          SimulatedWorld world = CommitDraw.of(seed).dying(moving);
          if (isWhole(world)) {
            run(world, forgery, random, counts);
          }
        });
    counts.print();
    assertThat(SeededRounds.isReplay() || counts.takeovers() > 0).isTrue();
  }

  private static void run(
      SimulatedWorld world, Forgery forgery, RandomGenerator random, TakeoverCounts counts) {
    List<Intruder> intruders = new ArrayList<>();
    WorldRun run =
        new WorldRun(
            world,
            box -> {
              intruders.add(new Intruder(box, forgery, random));
              return intruders.getFirst();
            });
    if (world.engine().isTakenOver()) {
      intruders.getFirst().heed(run);
    }
    run.runRecorded();
    counts.add(run.takeovers(), run.handOvers());
  }

  /** Whether only an intruder can cause resets and unedited octets in {@code world}. */
  private static boolean isWhole(SimulatedWorld world) {
    return world.engine().isEditing()
        && !world.agent().breaksOff()
        && world.client().closing() != Closing.ABORT
        && world.server().closing() != Closing.ABORT;
  }
}
