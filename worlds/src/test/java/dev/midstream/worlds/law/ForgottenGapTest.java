package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When a box may take a sender for silent although octets are missing. */
class ForgottenGapTest {
  private static final long SECOND = 1_000_000_000L;

  private final ForgottenGap gap = new ForgottenGap();

  private void arrive(int start, int end, int second) {
    gap.arrive(start, end, second * SECOND);
  }

  private void assertOpen(int second) {
    assertThat(gap.silentSinceNanos(second * SECOND)).isEqualTo(ForgottenGap.NEVER);
  }

  private void assertSilent(long end, int second, int sinceSecond) {
    assertThat(gap.silentSinceNanos(second * SECOND)).isEqualTo(sinceSecond * SECOND);
    assertThat(gap.end()).isEqualTo(end);
  }

  @Test
  @DisplayName("law 1: a gap may be given up after 100 s without an octet in order")
  void closesAfterItsTime() {
    arrive(0, 10, 1);
    assertSilent(10, 2, 1);
    arrive(20, 30, 3);
    assertOpen(102);
    assertSilent(10, 103, 103);
    assertSilent(10, 110, 103);
  }

  @Test
  @DisplayName("law 1: octets in order restart the time of a gap, and the last of them closes it")
  void restartsWithProgress() {
    arrive(20, 30, 1);
    arrive(0, 10, 90);
    assertOpen(189);
    arrive(40, 50, 189);
    arrive(10, 20, 189);
    assertOpen(288);
    arrive(30, 40, 288);
    assertSilent(50, 300, 288);
  }

  @Test
  @DisplayName("law 1: a sender is not silent before forgotten octets have come again")
  void awaitsForgottenOctets() {
    arrive(10, 30, 1);
    arrive(0, 10, 150);
    assertThat(gap.end()).isEqualTo(10);
    assertOpen(249);
    arrive(10, 20, 249);
    assertOpen(249);
    arrive(20, 30, 249);
    assertSilent(30, 400, 249);
  }

  @Test
  @DisplayName("law 1: octets that were forgotten and do not come again are awaited for 100 s more")
  void awaitsForgottenOctetsForItsTime() {
    arrive(10, 30, 1);
    arrive(0, 4, 150);
    arrive(4, 8, 200);
    assertOpen(249);
    assertSilent(8, 250, 250);
    arrive(8, 9, 260);
    assertSilent(9, 300, 260);
  }

  @Test
  @DisplayName("law 1: a forgotten gap is open again when octets come after it")
  void opensAgainWithOctetsAfterIt() {
    arrive(10, 20, 1);
    assertSilent(0, 150, 101);
    arrive(10, 20, 160);
    assertOpen(259);
    arrive(0, 10, 259);
    assertSilent(20, 300, 259);
  }

  @Test
  @DisplayName("law 1: a sender without room is not silent, and another box knows of no gap")
  void beginsAnew() {
    arrive(0, 20, 1);
    gap.block(5 * SECOND);
    assertSilent(20, 6, 5);
    arrive(30, 40, 7);
    gap.forgetFrom(10, 8 * SECOND);
    assertSilent(10, 9, 8);
  }
}
