package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How users that take what they may share an amount of memory. */
class FairSharesTest {
  private static final long LIMIT = 1L << 24;
  private static final int STEP = 1_000;

  private final FairShares shares = new FairShares();

  FairSharesTest() {
    shares.setLimitBytes(LIMIT);
  }

  /** Lets users take turns in taking a step each, as far as they may and at most to {@code max}. */
  private long[] take(int users, long max) {
    long[] own = new long[users];
    boolean grows = true;
    while (grows) {
      grows = false;
      for (int i = 0; i < users; i++) {
        if (own[i] + STEP <= max && shares.mayKeep(own[i], STEP)) {
          shares.change(own[i], own[i] + STEP);
          own[i] += STEP;
          grows = true;
        }
      }
    }
    return own;
  }

  @Test
  @DisplayName("H-38 equal users stop at half of the memory, and a late one finds as much as each")
  void stopsEqualUsersAtHalf() {
    long[] own = take(64, LIMIT);
    assertThat(own[63]).isBetween(own[0] - 5L * STEP, own[0]);
    assertThat(shares.usedBytes()).isBetween(LIMIT / 2 - 64 * STEP, LIMIT / 2 + 64 * STEP);
    assertThat(take(1, LIMIT)[0]).isBetween(own[0] / 2, 2 * own[0]);
  }

  @Test
  @DisplayName("H-38 users that come one after the other and give nothing back leave room for more")
  void leavesRoomForLaterUsers() {
    long before = LIMIT;
    for (int i = 1; i <= 64; i++) {
      long own = take(1, LIMIT / 32)[0];
      assertThat(own).isLessThanOrEqualTo(before);
      before = own;
    }
    assertThat(before).isGreaterThan(LIMIT / 64 / 16);
  }

  @Test
  @DisplayName("H-38 many small users do not make the share of a large one small")
  void ignoresSmallUsers() {
    take(1_000, 5_000);
    take(4, LIMIT);
    assertThat(shares.usedBytes()).isGreaterThan(LIMIT / 2 - STEP);
    assertThat(shares.shareOf(0)).isBetween(LIMIT / 32, LIMIT / 16);
  }
}
