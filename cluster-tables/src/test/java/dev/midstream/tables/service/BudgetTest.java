package dev.midstream.tables.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class BudgetTest {
  private static final long SECOND_NANOS = 1_000_000_000;

  private record Use(long nanos, int count) {}

  @RepeatedTest(20)
  @DisplayName("HSI-5 no second, wherever it begins, has more than the rate")
  void keepsAnySecond() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int rate = 10 + random.nextInt(5_000);
    long now = random.nextLong();
    Budget budget = new Budget(rate, now);
    Deque<Use> second = new ArrayDeque<>();
    int used = 0;
    for (int turn = 0; turn < 2_000; turn++) {
      now +=
          random.nextInt(20) == 0 ? random.nextLong(3 * SECOND_NANOS) : random.nextInt(60_000_000);
      int count = Math.min(budget.available(now), random.nextInt(rate));
      budget.use(count);
      second.add(new Use(now, count));
      used += count;
      while (now - second.getFirst().nanos >= SECOND_NANOS) {
        used -= second.removeFirst().count;
      }
      assertThat(used).as("seed=%s turn=%s rate=%s", seed, turn, rate).isLessThanOrEqualTo(rate);
    }
  }

  @Test
  @DisplayName("HSI-5 nine tenths of the rate are permitted for long")
  void permitsNineTenths() {
    Budget budget = new Budget(2_000, 0);
    long used = 0;
    for (long now = 0; now < 60 * SECOND_NANOS; now += 50_000_000) {
      int count = budget.available(now);
      budget.use(count);
      used += count;
    }
    assertThat(used).isBetween(60 * 1_800L - 90, 60 * 1_800L + 200);
  }
}
