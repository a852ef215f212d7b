package dev.midstream.engines.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
  private final ReplayWindow window = new ReplayWindow();

  @Test
  @DisplayName("LD-9 the window knows the last 1,024 counters, like a set of all of them")
  void isEqualToASet() {
    SeededRounds.run(
        200,
        random -> {
          ReplayWindow any = new ReplayWindow();
          Set<Long> seen = new HashSet<>();
          long greatest = -1;
          int jump = 1 << random.nextInt(14);
          for (int i = 0; i < 3_000; i++) {
            long counter =
                Math.max(0, greatest + 1 + random.nextInt(jump) - random.nextInt(2 * jump));
            boolean isNew = counter > greatest - ReplayWindow.SIZE && !seen.contains(counter);
            assertThat(any.isNew(counter)).as("%d after %d", counter, greatest).isEqualTo(isNew);
            if (isNew) {
              any.mark(counter);
              seen.add(counter);
              greatest = Math.max(greatest, counter);
            }
          }
        });
  }

  @Test
  void acceptsTheOldestOfTheWindowOnly() {
    window.mark(5_000);
    assertThat(window.isNew(5_000 - ReplayWindow.SIZE + 1)).isTrue();
    assertThat(window.isNew(5_000 - ReplayWindow.SIZE)).isFalse();
  }

  @Test
  void reachesTheEndOfTheCounters() {
    window.mark(0);
    window.mark(Long.MAX_VALUE);
    assertThat(window.isNew(Long.MAX_VALUE)).isFalse();
    assertThat(window.isNew(Long.MAX_VALUE - 1)).isTrue();
    assertThat(window.isNew(0)).isFalse();
  }
}
