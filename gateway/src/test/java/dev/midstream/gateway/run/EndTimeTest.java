package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EndTimeTest {
  private static final long MILLI = 1_000_000;

  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - MILLI); // it may overflow
  private final EndTime end = new EndTime(clock::get);

  @Test
  @DisplayName("OWN-3 all steps of the end together have less than 5 s")
  void sharesTheTime() {
    end.begin();
    assertThat(end.leftMillis()).isEqualTo(4_500);
    clock.addAndGet(3_000 * MILLI);
    end.begin();
    assertThat(end.leftMillis()).isEqualTo(1_500);
    clock.addAndGet(2_000 * MILLI);
    assertThat(end.leftMillis()).isZero();
  }

  @Test
  @DisplayName("OWN-3 the end begins when its time is asked for first")
  void beginsWhenAsked() {
    clock.addAndGet(9_000 * MILLI);
    assertThat(end.leftMillis()).isEqualTo(4_500);
  }
}
