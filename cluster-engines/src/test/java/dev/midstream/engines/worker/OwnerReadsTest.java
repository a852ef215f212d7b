package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.engines.message.LogMessage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OwnerReadsTest {
  private static final long SECOND = 1_000_000_000;
  private static final long EPOCH = 7;

  /** The attempts that are kept for an order. */
  private static final int KEPT = 7;

  private final OwnerReads reads = new OwnerReads();

  @Test
  @DisplayName(
      "PDP-1 HSI-5 an owner that cannot read is asked again, more and more seldom, and ends")
  void asksAgain() {
    long now = 0;
    for (int failed = 0; failed <= LogMessage.MOST_STAYING_ATTEMPTS - KEPT; failed++) {
      assertThat(reads.mayAsk(EPOCH, now)).isTrue();
      assertThat(reads.failed(EPOCH)).isEqualTo(failed);
      reads.fail(EPOCH, now);
      long rest = SECOND << Math.min(failed, 6);
      assertThat(reads.mayAsk(EPOCH, now + rest - 1)).isFalse();
      now += rest;
    }
    assertThat(reads.mayAsk(EPOCH, now)).isFalse();
    assertThat(reads.wakeNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(reads.mayAsk(EPOCH + 1, now)).as("the next owner").isTrue();
  }

  @Test
  @DisplayName(
      "PDP-1 PDP-7 after an order an owner has another minute, and attempts with new numbers")
  void asksAgainAfterAnOrder() {
    long now = 0;
    while (reads.wakeNanos() != Long.MAX_VALUE || now == 0) {
      reads.fail(EPOCH, now);
      now += 64 * SECOND;
    }
    int failed = reads.failed(EPOCH);
    long orderedNanos = now;
    reads.order(now);
    assertThat(reads.endNanos()).isEqualTo(orderedNanos + 60 * SECOND);
    for (int attempt = 0; attempt < KEPT; attempt++) {
      assertThat(reads.wakeNanos()).isEqualTo(now);
      assertThat(reads.mayAsk(EPOCH, now)).isTrue();
      assertThat(reads.failed(EPOCH)).isEqualTo(failed + attempt);
      assertThat(reads.failed(EPOCH)).isLessThanOrEqualTo(LogMessage.MOST_STAYING_ATTEMPTS);
      reads.fail(EPOCH, now);
      reads.order(now);
      now += SECOND << attempt;
    }
    assertThat(reads.mayAsk(EPOCH, now)).isFalse();
    assertThat(reads.endNanos()).as("counted from the first order").isLessThan(now);
  }

  @Test
  @DisplayName(
      "PDP-1 PDP-7 what was said of the attempt before an order is not heard as of the next")
  void waitsAfterAFailureBeforeAnOrder() {
    reads.fail(EPOCH, 0);
    reads.fail(EPOCH, SECOND);
    reads.order(SECOND + 1);
    assertThat(reads.mayAsk(EPOCH, 2 * SECOND - 1)).isFalse();
    assertThat(reads.mayAsk(EPOCH, 2 * SECOND)).isTrue();
  }

  @Test
  @DisplayName("PDP-1 the time in which none can read begins anew when one could")
  void endsAfterAMinute() {
    assertThat(reads.endNanos()).isEqualTo(Long.MAX_VALUE);
    reads.fail(EPOCH, SECOND);
    reads.fail(EPOCH + 1, 2 * SECOND);
    assertThat(reads.endNanos()).isEqualTo(61 * SECOND);
    reads.succeed();
    assertThat(reads.endNanos()).isEqualTo(Long.MAX_VALUE);
    reads.fail(EPOCH + 1, 9 * SECOND);
    assertThat(reads.endNanos()).isEqualTo(69 * SECOND);
  }

  @Test
  @DisplayName("PDP-1 it is woken once for each attempt")
  void wakesOnce() {
    reads.fail(EPOCH, 0);
    reads.wake(SECOND - 1);
    assertThat(reads.wakeNanos()).isEqualTo(SECOND);
    reads.wake(SECOND);
    assertThat(reads.wakeNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(reads.mayAsk(EPOCH, SECOND)).isTrue();
  }
}
