package dev.midstream.worlds.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.fastpath.HandOver;
import dev.midstream.worlds.fastpath.HandOverPlan;
import dev.midstream.worlds.law.WorldRun;
import dev.midstream.worlds.plan.NarrowingDraw;
import dev.midstream.worlds.plan.SettlingDraw;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Worlds whose links become narrow while a connection uses them; {@code -Dmidstream.effort}
 * multiplies them.
 */
@Tag("worlds")
class NarrowingLinksTest {
  private static final int WORLDS = 300;

  private final AtomicLong errors = new AtomicLong();

  @Test
  @DisplayName("C-44 H-44 laws 1 to 11 hold while links become narrow")
  void keepsTheLaws() {
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          SimulatedWorld world = NarrowingDraw.of(seed).narrowing(WorldDraw.withCuts(seed));
          if (world.path().links().isNarrow()) {
            new WorldRun(world).observe(new Errors()).runRecorded();
          }
        });
    assertThat(SeededRounds.isReplay() || errors.get() > WORLDS / 4)
        .as("errors=" + errors)
        .isTrue();
  }

  @Test
  @DisplayName("C-44 laws 1 to 8, 10 and 11 hold while links become narrow beside a fast path")
  void keepsTheLawsWithAFastPath() {
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          SimulatedWorld drawn = SettlingDraw.of(SeededRounds.generator(seed).nextLong());
          SimulatedWorld world = NarrowingDraw.of(seed).narrowing(drawn);
          if (world.path().links().isNarrow()) {
            HandOver hands = new HandOver(HandOverPlan.of(world, seed), seed);
            new WorldRun(world, hands).observe(new Errors()).runRecorded();
            assertThat(hands.entries()).isZero();
          }
        });
    assertThat(SeededRounds.isReplay() || errors.get() > WORLDS / 4)
        .as("errors=" + errors)
        .isTrue();
  }

  /** Counts the errors that the ends are sent. */
  private final class Errors implements PacketObserver {
    private final FrameView view = new FrameView();

    @Override
    public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
      if (place == Place.OUT_OF_BOX && view.read(packet) == FrameKind.NOT_OURS) {
        errors.incrementAndGet();
      }
    }
  }
}
