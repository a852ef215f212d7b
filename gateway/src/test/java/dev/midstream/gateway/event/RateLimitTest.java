package dev.midstream.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  @DisplayName("OWN-3 events up to the limit pass in a second, the next one is counted")
  void admitsUpToTheLimit() {
    RateLimit limit = new RateLimit(3);
    for (int i = 0; i < 3; i++) {
      assertThat(limit.admits("b", 5 * SECOND + i)).isTrue();
    }
    assertThat(limit.admits("b", 6 * SECOND - 1)).isFalse();
    assertThat(suppressed(limit, 6 * SECOND)).containsExactly("b 1");
    assertThat(suppressed(limit, 6 * SECOND)).isEmpty();
  }

  @Test
  @DisplayName("OWN-3 one code does not use up the limit of another")
  void keepsCodesApart() {
    RateLimit limit = new RateLimit(1);
    assertThat(limit.admits("a", 0)).isTrue();
    assertThat(limit.admits("a", 0)).isFalse();
    assertThat(limit.admits("b", 0)).isTrue();
  }

  @Test
  @DisplayName("OWN-3 the next second starts anew; an earlier time belongs to it")
  void startsEachSecondAnew() {
    RateLimit limit = new RateLimit(1);
    assertThat(limit.admits("a", SECOND)).isTrue();
    assertThat(limit.admits("a", 2 * SECOND)).isTrue();
    assertThat(limit.admits("a", SECOND)).isFalse();
  }

  @Test
  @DisplayName("OWN-3 suppressed events are reported after their second, not before")
  void waitsForTheEndOfTheSecond() {
    RateLimit limit = new RateLimit(1);
    limit.admits("a", SECOND);
    limit.admits("a", SECOND + 1);
    assertThat(suppressed(limit, 2 * SECOND - 1)).isEmpty();
    assertThat(suppressed(limit, 2 * SECOND)).containsExactly("a 1");
  }

  @Test
  @DisplayName("OWN-3 all threads share one limit")
  void countsForAllThreads() throws InterruptedException {
    int each = 2_000_000;
    RateLimit limit = new RateLimit(2 * each);
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
                  mine += limit.admits("a", 7) ? 1 : 0;
                }
                admitted.addAndGet(mine);
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(admitted).hasValue(2 * each);
    assertThat(suppressed(limit, SECOND)).containsExactly("a " + 2 * each);
  }

  private static List<String> suppressed(RateLimit limit, long nowNanos) {
    List<String> lines = new ArrayList<>();
    limit.drainSuppressed(nowNanos, (code, count) -> lines.add(code + " " + count));
    return lines;
  }
}
