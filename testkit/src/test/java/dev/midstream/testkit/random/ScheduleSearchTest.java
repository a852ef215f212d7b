package dev.midstream.testkit.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;

class ScheduleSearchTest {
  private final Set<Long> seeds = new ConcurrentSkipListSet<>();

  @Test
  void goesOnAfterABrokenSeedAndNamesEach() {
    ScheduleSearch search = new ScheduleSearch("-Dmode=strict", 5);

    search.runSeeds(10, this::breakAtSevenAndNine);

    assertThat(seeds).containsExactly(5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L);
    assertThatThrownBy(search::requireUnbroken)
        .hasMessageContaining("10 schedules, 2 broken")
        .hasMessageContaining("-Dmidstream.seed=7 -Dmidstream.worlds=1 -Dmode=strict: no 7")
        .hasMessageContaining("-Dmidstream.seed=9 -Dmidstream.worlds=1 -Dmode=strict: no 9")
        .hasRootCauseMessage("no 7");
  }

  private void breakAtSevenAndNine(long seed) {
    seeds.add(seed);
    if (seed == 7 || seed == 9) {
      throw new AssertionError("no " + seed);
    }
  }

  @Test
  void passesIfNoSeedBreaks() {
    ScheduleSearch search = new ScheduleSearch("", 1);

    search.runSeeds(3, seeds::add);

    search.requireUnbroken();
    assertThat(search)
        .hasToString("3 schedules, 0 broken; again: -Dmidstream.seed=1 -Dmidstream.worlds=3");
  }

  @Test
  void runsOtherSeedsUntilTheTimeIsOver() {
    ScheduleSearch search = new ScheduleSearch("", 1);

    search.runFor(1, seeds::add);
    search.runFor(1, seeds::add);

    assertThat(search.count()).isGreaterThan(1);
    assertThat(seeds).hasSize((int) search.count());
  }
}
