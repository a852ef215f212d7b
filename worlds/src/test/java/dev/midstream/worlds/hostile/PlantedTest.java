package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.box.TamperingBox.Tampering;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.MoveDraw;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import dev.midstream.worlds.plan.WorldText;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Octets planted inside the window; {@code -Dmidstream.effort} multiplies the worlds. */
@Tag("worlds")
class PlantedTest {
  private static final int WORLDS = 150;
  private static final String REMOVED =
      "small-limits,vlan-tags,urgent-policies,resetting-agent,failing-agent,detaching-agent,days,"
          + "joining,fragments,replies,opaque-spans,simultaneous-opening,aborts,stalling-readers,"
          + "discarding,fast-open,long-streams";

  @Test
  @DisplayName(
      "T-13 H-41 laws 1 to 3, 5, 6, 10 and 11: planted octets are decided once, and no other connection notices them")
  void survivesPlantedOctets() {
    int[] poisoned = new int[1];
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          RandomGenerator random = SeededRounds.generator(seed);
          SimulatedWorld world = MoveDraw.of(seed).changed(world(random));
          SimulatedWorld beside = world(random);
          if (world.engine().isEditing() && beside.engine().isEditing()) {
            PlantedRun run = new PlantedRun(world, beside, box -> box, random);
            run(run, world);
            poisoned[0] += run.isPoisoned() ? 1 : 0;
          }
        });
    assertThat(SeededRounds.isReplay() || poisoned[0] > WORLDS / 10).isTrue();
  }

  @Test
  @DisplayName("law 3: an acknowledgement of octets that were not sent is found")
  void seesWrongAcknowledgements() {
    HeaderEditor editor = new HeaderEditor();
    Tampering tampering =
        (view, frame) -> {
          if (view.isAck() && !view.isSyn() && view.destinationPort() == PlantedRun.PORT) {
            editor.edit(view).acknowledgement(view.acknowledgement() + 100_000).done();
          }
          return true;
        };
    SimulatedWorld world = WorldText.read("client.bytes=5000 server.bytes=5000");
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    PlantedRun run = new PlantedRun(world, world, box -> new TamperingBox(box, tampering), random);
    assertThatThrownBy(run::run)
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining("acknowledges octets that did not arrive");
  }

  private static SimulatedWorld world(RandomGenerator random) {
    return WorldDraw.of(random.nextLong()).without(Hardship.named(REMOVED));
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
