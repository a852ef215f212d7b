package dev.midstream.worlds.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What no drawn world asks of its ends. */
class WorldDrawTest {
  private static final long SECOND = 1_000_000_000L;

  /** The sum of 40 timeouts, from 200 ms to two minutes each, and some margin. */
  private static final long PATIENCE_NANOS = 3_600 * SECOND;

  private static final int SEEDS = 10_000;

  /** A reader with a buffer of two octets, for which an agent made 2,296. */
  private static final long TINY_BUFFER_SEED = 910_772_606;

  @Test
  @DisplayName("H-20 no FIN waits behind what an agent adds for longer than its sender endures")
  void readsWhatIsAddedSoonEnough() {
    assertReadSoonEnough(TINY_BUFFER_SEED);
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertReadSoonEnough(seed);
    }
  }

  private static void assertReadSoonEnough(long seed) {
    SimulatedWorld world = WorldDraw.withCuts(seed);
    for (Direction direction : Direction.values()) {
      EndpointPlan receiver = world.receiver(direction);
      if (world.engine().isEditing() && receiver.readEveryNanos() > 0) {
        long reads = addedBytes(world, direction) / windowBytes(receiver.options());
        assertThat(reads * receiver.readEveryNanos())
            .as("seed=%d", seed)
            .isLessThan(PATIENCE_NANOS);
      }
    }
  }

  private static long addedBytes(SimulatedWorld world, Direction direction) {
    UnitEditor editor = new UnitEditor(world.agent().uninterrupted());
    byte[] octets = world.stream(direction);
    return Math.max(0, WholeStream.of(editor, octets).editedLength() - octets.length);
  }

  private static int windowBytes(EndpointOptions options) {
    return options.receiveBufferBytes() >> options.windowScale() << options.windowScale();
  }
}
