package dev.midstream.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases, promises and clocks that run fast or slow. */
class LeaseTimesTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 63, 64, 1_000, 400_000_000, 10_000_000_000L})
  @DisplayName("LD-6 a promise outlasts the lease if both clocks are wrong by 1/64")
  void thePromiseOutlastsTheLease(long detectNanos) {
    double leaseOfASlowClock = LeaseTimes.leaseNanos(detectNanos) / (1 - 1.0 / 64);
    double promiseOfAFastClock = LeaseTimes.promiseNanos(detectNanos) / (1 + 1.0 / 64);

    assertThat(promiseOfAFastClock).isGreaterThan(leaseOfASlowClock);
  }

  @Test
  @DisplayName("the margin costs 13 ms of 400")
  void costsLittle() {
    assertThat(LeaseTimes.promiseNanos(400_000_000)).isBetween(412_000_000L, 413_000_000L);
  }
}
