package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The attempts that a receiver leaves unanswered. */
class AttemptsTest {
  private final Attempts attempts = new Attempts();

  @Test
  @DisplayName("H-19 the time without an answer runs from the first to the last counted attempt")
  void measuresCountedAttempts() {
    attempts.noteRequested(500);
    assertThat(attempts.spanNanos()).isZero();
    attempts.count(1_000);
    assertThat(attempts.spanNanos()).isZero();
    attempts.count(1_300);
    attempts.noteRequested(1_400);
    assertThat(attempts.unanswered()).isEqualTo(2);
    assertThat(attempts.spanNanos()).isEqualTo(300);
    assertThat(attempts.lastNanos()).isEqualTo(1_400);
    attempts.clear();
    assertThat(attempts.spanNanos()).isZero();
    attempts.count(2_000);
    attempts.count(2_100);
    assertThat(attempts.spanNanos()).isEqualTo(100);
  }

  @Test
  void knowsWhetherTheReceiverWasHeardSince() {
    attempts.count(1_000);
    assertThat(attempts.isHeardSinceLast()).isFalse();
    attempts.noteSegment(999);
    assertThat(attempts.isHeardSinceLast()).isFalse();
    attempts.noteSegment(1_000);
    assertThat(attempts.isHeardSinceLast()).isTrue();
    attempts.noteRequested(1_001);
    assertThat(attempts.isHeardSinceLast()).isFalse();
  }
}
