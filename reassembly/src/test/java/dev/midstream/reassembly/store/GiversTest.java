package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which account is asked first to throw octets away. */
class GiversTest {
  private static final int ACCOUNTS = 12;
  private static final int STEPS = 60;
  private static final int MAX_BIT = 20;

  @Test
  @DisplayName("H-38 the account that could give most is asked first, within a factor of two")
  void asksTheLargestFirst() {
    SeededRounds.run(200, GiversTest::compare);
  }

  private static void compare(RandomGenerator random) {
    MemoryBudget budget = new MemoryBudget(1, 0);
    Givers givers = new Givers();
    List<MemoryAccount> accounts = new ArrayList<>();
    long[] givable = new long[ACCOUNTS];
    for (int i = 0; i < ACCOUNTS; i++) {
      accounts.add(budget.openAccount());
    }
    for (int step = 0; step < STEPS; step++) {
      int at = random.nextInt(ACCOUNTS);
      long bytes = random.nextBoolean() ? 0 : random.nextLong(1L << random.nextInt(MAX_BIT));
      givers.change(accounts.get(at), givable[at], bytes);
      givable[at] = bytes;
      check(givers, accounts, givable, random.nextLong(1L << random.nextInt(MAX_BIT)));
    }
  }

  @Test
  @DisplayName("H-38 an account that gives nothing is asked once, and others after it")
  void asksOthersAfterOneThatGivesNothing() {
    MemoryBudget budget = new MemoryBudget(1_000, 0);
    MemoryAccount stubborn = budget.openAccount();
    MemoryAccount generous = budget.openAccount();
    int[] asked = {0};
    int[] given = {0};
    budget.observeGivingWay(() -> given[0]++);
    stubborn.charge(800);
    stubborn.offer(_ -> assertThat(++asked[0]).isOne(), 800);
    generous.charge(200);
    generous.offer(
        _ -> {
          generous.charge(-200);
          generous.offer(_ -> {}, 0);
        },
        200);
    assertThat(budget.makeRoomFor(100)).isTrue();
    assertThat(budget.makeRoomFor(300)).isFalse();
    assertThat(given[0]).isOne();
    assertThat(stubborn.keptBytes()).isEqualTo(800);
  }

  private static void check(
      Givers givers, List<MemoryAccount> accounts, long[] givable, long ownBytes) {
    long most = Arrays.stream(givable).max().orElseThrow();
    assertThat(givers.bytes()).isEqualTo(Arrays.stream(givable).sum());
    MemoryAccount largest = givers.largestAbove(ownBytes);
    if (largest == null) {
      assertThat(most).isLessThan(2 * ownBytes + 1);
    } else {
      long found = givable[accounts.indexOf(largest)];
      assertThat(found).isGreaterThan(most / 2).isGreaterThan(ownBytes);
    }
  }
}
