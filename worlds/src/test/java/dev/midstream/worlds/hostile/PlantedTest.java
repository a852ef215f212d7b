package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Octets planted inside the window; {@code -Dmidstream.effort} multiplies the worlds. */
@Tag("worlds")
class PlantedTest {
  private static final int WORLDS = 150;
  private static final String REMOVED =
      "small-limits,vlan-tags,urgent-policies,resetting-agent,failing-agent,detaching-agent,days,"
          + "joining,fragments,replies,opaque-spans,simultaneous-opening,aborts,stalling-readers,discarding,fast-open,"
          + "long-streams";

  @Test
  @DisplayName(
      "T-13 H-41 laws 1 to 3, 5, 6, 10 and 11: planted octets are decided once, and no other connection notices them")
  void survivesPlantedOctets() {
    int[] poisoned = new int[1];
    SeededRounds.run(
        WORLDS,
        random -> {
          SimulatedWorld world = world(random);
          SimulatedWorld beside = world(random);
          if (world.engine().isEditing() && beside.engine().isEditing()) {
            PlantedRun run = new PlantedRun(world, beside, random);
            run(run, world);
            poisoned[0] += run.isPoisoned() ? 1 : 0;
          }
        });
    assertThat(SeededRounds.isReplay() || poisoned[0] > WORLDS / 10).isTrue();
  }

  private static SimulatedWorld world(RandomGenerator random) {
    SimulatedWorld world = WorldDraw.of(random.nextLong());
    for (Hardship each : Hardship.named(REMOVED)) {
      world = each.removedFrom(world);
    }
    return world;
  }

  private static void run(PlantedRun run, SimulatedWorld world) {
    PacketRecorder recorder = new PacketRecorder(Place.INTO_BOX, Place.OUT_OF_BOX);
    try {
      run.observe(recorder).run();
    } catch (LawBroken e) {
      throw new AssertionError(e.getMessage() + "\n" + world + "\n" + recorder.text(run.ends()), e);
    }
  }
}
