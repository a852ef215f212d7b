package dev.midstream.worlds.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** H-10: how long acknowledged octets count, so that edits that are kept longer are seen. */
class LateOctetsTest {
  private static final long WINDOW_BYTES = 1_000;

  private final LateOctets late = new LateOctets();

  private long count(long acknowledged, long timeout, long now) {
    return late.count(acknowledged, WINDOW_BYTES, timeout, now);
  }

  @Test
  @DisplayName("law 6: acknowledged octets count for four timeouts")
  void countsForFourTimeouts() {
    assertThat(count(100, 200, 0)).isEqualTo(100);
    assertThat(count(150, 200, 600)).isEqualTo(150);
    assertThat(count(150, 200, 800)).isEqualTo(150);
    assertThat(count(150, 200, 801)).isEqualTo(50);
    assertThat(count(150, 200, 1_401)).isZero();
  }

  @Test
  @DisplayName("law 6: a longer timeout counts until the octets that it held are over")
  void countsTheLongestTimeout() {
    count(100, 200, 0);
    count(100, 400, 100);
    assertThat(count(100, 200, 1_600)).isEqualTo(100);
    assertThat(count(100, 200, 1_601)).isZero();
    count(130, 200, 2_000);
    assertThat(count(130, 200, 2_801)).isZero();
  }

  @Test
  @DisplayName("law 6: no more octets count than the largest window has")
  void countsOneWindow() {
    assertThat(count(5_000, 200, 0)).isEqualTo(WINDOW_BYTES);
  }
}
