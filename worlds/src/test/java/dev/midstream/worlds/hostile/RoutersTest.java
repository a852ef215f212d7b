package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.packet.Box;
import dev.midstream.worlds.law.Routers;
import dev.midstream.worlds.law.TakeoverCounts;
import dev.midstream.worlds.law.WorldRun;
import dev.midstream.worlds.plan.CommitDraw;
import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.LinkPlan;
import dev.midstream.worlds.plan.MoveDraw;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Worlds with routers beside the box; {@code -Dmidstream.effort} multiplies them. */
@Tag("worlds")
class RoutersTest {
  private static final int WORLDS = 300;
  private static final String REMOVED =
      "days,joining,fragments,fast-open,stalling-readers,small-limits";
  private static final int LEAST_IPV4_BYTES = 576;
  private static final int LEAST_IPV6_BYTES = 1_280;

  @Test
  @DisplayName("C-44 H-44 laws 1 to 6, 8, 10 and 11 hold with narrow links and ICMP errors")
  void keepsTheLawsBesideRouters() {
    AtomicInteger dropped = new AtomicInteger();
    TakeoverCounts counts = new TakeoverCounts("routers");
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          RandomGenerator random = SeededRounds.generator(seed);
          SimulatedWorld drawn = WorldDraw.of(random.nextLong()).without(Hardship.named(REMOVED));
          SimulatedWorld moving = MoveDraw.of(seed).changed(drawn);
          SimulatedWorld world = CommitDraw.of(seed).dying(moving);
          if (world.engine().isEditing()) {
            dropped.addAndGet(run(world, random, counts));
          }
        });
    assertThat(SeededRounds.isReplay() || dropped.get() > WORLDS / 4)
        .as("dropped=" + dropped)
        .isTrue();
    counts.print();
    assertThat(SeededRounds.isReplay() || counts.takeovers() > WORLDS / 20).isTrue();
  }

  private static int run(SimulatedWorld world, RandomGenerator random, TakeoverCounts counts) {
    Routers[] routers = new Routers[1];
    WorldRun run =
        new WorldRun(
            world,
            box -> {
              routers[0] = around(box, world, random);
              return routers[0];
            });
    run.runRecorded();
    counts.add(run.takeovers(), run.handOvers());
    return routers[0].dropped();
  }

  private static Routers around(Box box, SimulatedWorld world, RandomGenerator random) {
    int least = world.ends().ipVersion() == 4 ? LEAST_IPV4_BYTES : LEAST_IPV6_BYTES;
    LinkPlan links =
        new LinkPlan(
            least + random.nextInt(600),
            least + random.nextInt(600),
            random.nextBoolean() ? 0 : 1 + random.nextInt(20),
            0,
            0);
    return new Routers(box, links, random);
  }
}
