package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Transfers through clusters under random schedules. {@code -Dmidstream.seed=S
 * -Dmidstream.worlds=N} runs N worlds from seed S on; one world again with {@code
 * -Dmidstream.worlds=1 -Dmidstream.trace=true} prints every input, effect and message.
 */
@Tag("worlds")
class EngineWorldsTest {
  private static final long WORLDS = 100;

  @Test
  @DisplayName(
      "HDP-17 HSI-2 HSI-4 HSI-5 HSI-9 LD-14 PDP-7 no transfer breaks, whatever happens to nodes, as"
          + " long as a complete replica is left")
  void noTransferBreaks() {
    long first = SeededRounds.firstSeed();
    long worlds = Long.getLong("midstream.worlds", WORLDS);
    AtomicLong steps = new AtomicLong();
    AtomicLong opened = new AtomicLong();
    AtomicLong transfers = new AtomicLong();
    AtomicLong lost = new AtomicLong();
    LongStream.range(first, first + worlds)
        .parallel()
        .forEach(seed -> {
          ClusterStory story = world(seed);
          steps.addAndGet(story.cluster.steps());
          opened.addAndGet(story.cluster.opened());
          transfers.addAndGet(story.transfers.size());
          lost.addAndGet(story.transfers.stream().filter(each -> each.isLost).count());
        });
    System.out.printf(
        Locale.ROOT,
        "%,d clusters, %,d steps, %,d buckets opened, %,d transfers, %,d of them lost with all"
            + " replicas; again: -Dmidstream.seed=%d -Dmidstream.worlds=%d%n",
        worlds,
        steps.get(),
        opened.get(),
        transfers.get(),
        lost.get(),
        first,
        worlds);
    assertThat(opened.get()).isGreaterThan(8 * worlds);
    assertThat(lost.get()).isLessThan(transfers.get() / 2);
  }

  private static ClusterStory world(long seed) {
    try {
      return new EngineWorld(seed).run().story();
    } catch (RuntimeException | AssertionError e) {
      String again = "-Dmidstream.seed=" + seed + " -Dmidstream.worlds=1: ";
      throw new AssertionError("replay with " + again + e.getMessage(), e);
    }
  }
}
