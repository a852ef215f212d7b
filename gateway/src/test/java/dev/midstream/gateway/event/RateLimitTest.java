package dev.midstream.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  @DisplayName("OWN-3 events up to the limit pass in a second, the next one is counted")
  void admitsUpToTheLimit() {
    RateLimit limit = new RateLimit(2, 3);
    for (int i = 0; i < 3; i++) {
      assertThat(limit.admits(1, 5 * SECOND + i)).isTrue();
    }
    assertThat(limit.admits(1, 6 * SECOND - 1)).isFalse();
    assertThat(limit.drainSuppressed(1, 6 * SECOND)).isOne();
    assertThat(limit.drainSuppressed(1, 6 * SECOND)).isZero();
  }

  @Test
  @DisplayName("OWN-3 one cause does not use up the limit of another")
  void keepsCausesApart() {
    RateLimit limit = new RateLimit(2, 1);
    assertThat(limit.admits(0, 0)).isTrue();
    assertThat(limit.admits(0, 0)).isFalse();
    assertThat(limit.admits(1, 0)).isTrue();
  }

  @Test
  @DisplayName("OWN-3 the next second starts anew; an earlier time belongs to it")
  void startsEachSecondAnew() {
    RateLimit limit = new RateLimit(1, 1);
    assertThat(limit.admits(0, SECOND)).isTrue();
    assertThat(limit.admits(0, 2 * SECOND)).isTrue();
    assertThat(limit.admits(0, SECOND)).isFalse();
  }

  @Test
  @DisplayName("OWN-3 suppressed events are reported after their second, not before")
  void waitsForTheEndOfTheSecond() {
    RateLimit limit = new RateLimit(1, 1);
    limit.admits(0, SECOND);
    limit.admits(0, SECOND + 1);
    assertThat(limit.drainSuppressed(0, 2 * SECOND - 1)).isZero();
    assertThat(limit.drainSuppressed(0, 2 * SECOND)).isOne();
  }

  @Test
  @DisplayName("OWN-3 all threads share one limit")
  void countsForAllThreads() throws InterruptedException {
    int each = 2_000_000;
    RateLimit limit = new RateLimit(1, 2 * each);
    AtomicInteger admitted = new AtomicInteger();
    CountDownLatch together = new CountDownLatch(4);
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofPlatform()
              .start(() -> {
                together.countDown();
                while (together.getCount() > 0) {
                  Thread.onSpinWait();
                }
                int mine = 0;
                for (int j = 0; j < each; j++) {
                  mine += limit.admits(0, 7) ? 1 : 0;
                }
                admitted.addAndGet(mine);
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(admitted).hasValue(2 * each);
    assertThat(limit.drainSuppressed(0, SECOND)).isEqualTo(2L * each);
  }
}
