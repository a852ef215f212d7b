package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StepBudgetTest {
  @Test
  @DisplayName("PDP-1 all buckets share what may be listed in a call, and it rests after it")
  void isOfAllBuckets() {
    StepBudget budget = new StepBudget(100, 1_000);
    assertThat(budget.left(0)).isEqualTo(100);
    budget.use(60);
    assertThat(budget.left(0)).isEqualTo(40);
    budget.use(50);
    assertThat(budget.left(0)).isZero();
    assertThat(budget.left(999)).isZero();
    assertThat(budget.dueNanos()).isEqualTo(1_000);
    assertThat(budget.left(1_000)).isEqualTo(100);
  }

  @Test
  @DisplayName("PDP-1 the rest is no shorter than until the next call")
  void alwaysRests() {
    StepBudget budget = new StepBudget(1, 0);
    assertThat(budget.left(5)).isEqualTo(1);
    assertThat(budget.dueNanos()).isEqualTo(6);
  }
}
