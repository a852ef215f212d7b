package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clusters under random schedules. {@code -Dmidstream.seed=S -Dmidstream.worlds=N} runs N worlds
 * from seed S on; one world again with {@code -Dmidstream.worlds=1 -Dmidstream.trace=true} prints
 * every input and effect.
 */
@Tag("worlds")
class ClusterWorldsTest {
  private static final long WORLDS = 400;

  @Test
  @DisplayName(
      "HSI-2 HSI-4 HSI-9 LD-14 PDP-7 no two nodes own a bucket, no released record is lost, and"
          + " after the repair every bucket is owned and every drain has ended")
  void holdsUnderAnySchedule() {
    long first = SeededRounds.firstSeed();
    long worlds = Long.getLong("midstream.worlds", WORLDS);
    AtomicLong steps = new AtomicLong();
    AtomicLong opened = new AtomicLong();
    LongStream.range(first, first + worlds)
        .parallel()
        .forEach(seed -> {
          SimulatedCluster cluster = world(seed);
          steps.addAndGet(cluster.steps());
          opened.addAndGet(cluster.oracle.opened());
        });
    System.out.printf(
        Locale.ROOT,
        "%,d clusters, %,d steps, %,d buckets opened; again: -Dmidstream.seed=%d"
            + " -Dmidstream.worlds=%d%n",
        worlds,
        steps.get(),
        opened.get(),
        first,
        worlds);
    assertThat(opened.get()).isGreaterThan(8 * worlds);
  }

  @Test
  @DisplayName("a schedule repeats from its seed, step by step")
  void repeats() {
    for (long seed = 1; seed <= 5; seed++) {
      SimulatedCluster once = world(seed);
      SimulatedCluster again = world(seed);
      assertThat(again.steps()).isEqualTo(once.steps());
      assertThat(again.oracle.opened()).isEqualTo(once.oracle.opened());
      assertThat(again.random.nextLong()).isEqualTo(once.random.nextLong());
    }
  }

  private static SimulatedCluster world(long seed) {
    try {
      return new World(seed).run().cluster();
    } catch (RuntimeException | AssertionError e) {
      String again = "-Dmidstream.seed=" + seed + " -Dmidstream.worlds=1: ";
      throw new AssertionError("replay with " + again + e.getMessage(), e);
    }
  }
}
