package dev.midstream.worlds.offload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.worlds.law.TakeoverCounts;
import dev.midstream.worlds.law.WorldRun;
import dev.midstream.worlds.plan.CommitDraw;
import dev.midstream.worlds.plan.MoveDraw;
import dev.midstream.worlds.plan.ParkDraw;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Worlds with segmentation offload; {@code -Dmidstream.effort} multiplies them. */
@Tag("worlds")
class OffloadWorldsTest {
  private static final int WORLDS = 1_500;

  private final TakeoverCounts counts = new TakeoverCounts("offloads");
  private long moves;
  private long parked;

  @Test
  @DisplayName("C-45 laws 1 to 8, 10 and 11 hold between ports with segmentation offload")
  void keepsTheLawsWithSuperSegments() {
    long[] superSegments = new long[1];
    long[] byReference = new long[1];
    long[] lent = new long[1];
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          SimulatedWorld drawn = WorldDraw.of(SeededRounds.generator(seed).nextLong());
          SimulatedWorld moving = MoveDraw.of(seed).changed(drawn);
          SimulatedWorld parking = ParkDraw.of(seed).changed(moving);
          SimulatedWorld world = CommitDraw.of(seed).dying(parking);
          if (world.engine().isEditing()) {
            OffloadingBox box = run(world);
            superSegments[0] += box.superSegments();
            byReference[0] += box.byReference();
            lent[0] += box.lent();
          }
        });
    counts.print();
    assertThat(
            List.of(superSegments[0], byReference[0], lent[0], counts.takeovers(), moves, parked))
        .allMatch(count -> SeededRounds.isReplay() || count > 0);
  }

  private OffloadingBox run(SimulatedWorld world) {
    List<OffloadingBox> boxes = new ArrayList<>();
    WorldRun run =
        new WorldRun(
            world,
            box -> {
              boxes.add(new OffloadingBox(box));
              return boxes.getFirst();
            });
    run.gathering().runRecorded();
    counts.add(run.takeovers(), run.handOvers());
    moves += run.moves();
    parked += run.hasParked() ? 1 : 0;
    assertThat(boxes.getFirst().stillLent()).isZero();
    return boxes.getFirst();
  }
}
