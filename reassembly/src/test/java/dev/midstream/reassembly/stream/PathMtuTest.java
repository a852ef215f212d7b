package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which sizes are proven, and which routers reported. */
class PathMtuTest {
  private static final long TEN_MINUTES_NANOS = 600_000_000_000L;

  private final PathMtu path = new PathMtu();

  @Test
  @DisplayName("H-44 RFC 8899 a size is proven when all octets of its segment are acknowledged")
  void provesAcknowledgedSizes() {
    path.onSent(0, 1_000, 1_000);
    assertThat(path.acceptProven(999)).isZero();
    assertThat(path.acceptProven(1_000)).isEqualTo(1_000);
    path.onSent(1_000, 1_900, 900);
    assertThat(path.acceptProven(1_900)).isEqualTo(1_000);
    path.onSent(1_900, 2_900, 1_000);
    path.onSent(2_900, 4_100, 1_200);
    assertThat(path.acceptProven(4_100)).isEqualTo(1_200);
  }

  @Test
  @DisplayName("H-44 while one size is to be proven, a larger one waits")
  void provesOneSizeAtTime() {
    path.onSent(0, 1_000, 1_000);
    path.onSent(1_000, 2_200, 1_200);
    assertThat(path.acceptProven(2_200)).isEqualTo(1_000);
  }

  @Test
  @DisplayName("H-44 a segment that was retransmitted in smaller packets proves the smaller size")
  void provesTheSizeOfRetransmissions() {
    path.onSent(0, 2_000, 2_000);
    path.onSent(1_999, 2_000, 500);
    assertThat(path.acceptProven(2_000)).isEqualTo(500);
  }

  @Test
  @DisplayName("H-44 neighbours, packets without octets and ones of the same size do not matter")
  void ignoresOtherSegments() {
    path.onSent(1_000, 3_000, 2_000);
    path.onSent(500, 1_000, 500);
    path.onSent(3_000, 3_500, 500);
    path.onSent(1_000, 3_000, 0);
    path.onSent(2_000, 4_000, 2_000);
    assertThat(path.acceptProven(3_000)).isEqualTo(2_000);
  }

  @Test
  @DisplayName("H-44 C-67 a segment with octets from before a pick-up proves nothing")
  void ignoresOctetsFromBeforeThePickUp() {
    path.onSent(-45, 107, 152);
    assertThat(path.acceptProven(107)).isZero();
    path.onSent(107, 207, 100);
    assertThat(path.acceptProven(207)).isEqualTo(100);
  }

  @Test
  @DisplayName("RFC 1191 section 6.3: a report counts for ten minutes, the smallest one")
  void forgetsReports() {
    path.age(Long.MAX_VALUE - 1);
    assertThat(path.packetBytes()).isEqualTo(Integer.MAX_VALUE);
    assertThat(path.lower(1_300, 5)).isTrue();
    assertThat(path.lower(1_300, 6)).isFalse();
    assertThat(path.lower(1_400, 7)).isFalse();
    assertThat(path.packetBytes()).isEqualTo(1_300);
    path.age(7 + TEN_MINUTES_NANOS - 1);
    assertThat(path.packetBytes()).isEqualTo(1_300);
    path.age(7 + TEN_MINUTES_NANOS);
    assertThat(path.packetBytes()).isEqualTo(Integer.MAX_VALUE);
    assertThat(path.lower(1_400, 8 + TEN_MINUTES_NANOS)).isTrue();
  }
}
