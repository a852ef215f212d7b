package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.box.TamperingBox.Tampering;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.TakeoverCounts;
import dev.midstream.worlds.plan.CommitDraw;
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

/**
 * Octets planted inside the window; {@code -Dmidstream.effort} multiplies the worlds. In one of
 * four worlds that fit the engine dies, in any mode. What is decided in a record stays as it was
 * shown. What was lost may be shown with other content: the genuine copy, or the planted one. In
 * {@code strict} nothing of that had left, so the receiver gets what the agent makes of what was
 * shown last. In the other modes some of it may have left: from the first octet that differs on,
 * the content of that direction is any mix, and only the other promises are checked.
 */
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
    TakeoverCounts counts = new TakeoverCounts("planted octets");
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          RandomGenerator random = SeededRounds.generator(seed);
          SimulatedWorld moving = MoveDraw.of(seed).changed(world(random));
          SimulatedWorld world = keepingAll(CommitDraw.of(seed).dying(moving));
          SimulatedWorld beside = world(random);
          if (world.engine().isEditing() && beside.engine().isEditing()) {
            PlantedRun run = new PlantedRun(world, beside, box -> box, random);
            run(run, world);
            counts.add(run.takeovers(), run.handOvers());
            poisoned[0] += run.isPoisoned() ? 1 : 0;
          }
        });
    counts.print();
    assertThat(SeededRounds.isReplay() || counts.takeovers() > 0).isTrue();
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

  /** Who plants octets does not send again what its victim wrote before. */
  private static SimulatedWorld keepingAll(SimulatedWorld world) {
    return world.withEngine(
        plan -> plan.withCommits(plan.commits().withFirstCopies(FirstCopies.ALL)));
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
