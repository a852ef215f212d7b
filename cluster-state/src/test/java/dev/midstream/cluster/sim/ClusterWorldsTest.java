package dev.midstream.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.ScheduleSearch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clusters under random schedules. {@code -Dmidstream.seed=S -Dmidstream.worlds=N} runs N worlds
 * from seed S on, {@code -Dmidstream.minutes=M} as many as M minutes allow; one world again with
 * {@code -Dmidstream.worlds=1 -Dmidstream.trace=true} prints every input and effect.
 */
@Tag("worlds")
class ClusterWorldsTest {
  private static final long WORLDS = 400;

  @Test
  @DisplayName(
      "HSI-2 HSI-4 HSI-9 LD-14 PDP-7 no two nodes own a bucket, no released record is lost, and"
          + " after the repair every bucket is owned and every drain has ended")
  void holdsUnderAnySchedule() {
    Tally tally = new Tally();
    ScheduleSearch search =
        new ScheduleSearch("")
            .run(WORLDS, seed -> tally.add(new World(seed).run().cluster().tally));

    System.out.println(search + "\n" + tally);
    search.requireUnbroken();
    if (search.isWide()) {
      assertThat(tally.missing()).as("what never happened in %s", search).isEmpty();
    }
  }

  @Test
  @DisplayName("a schedule repeats from its seed, step by step")
  void repeats() {
    for (long seed = 1; seed <= 5; seed++) {
      SimulatedCluster once = new World(seed).run().cluster();
      SimulatedCluster again = new World(seed).run().cluster();
      assertThat(again.steps()).isEqualTo(once.steps());
      assertThat(again.tally).hasToString(once.tally.toString());
      assertThat(again.random.nextLong()).isEqualTo(once.random.nextLong());
    }
  }
}
