package dev.midstream.modcmd.offset;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimestampOrderTest {
  @ParameterizedTest
  @CsvSource({
    "0, 1",
    "10, 40",
    "-1, 0",
    "-5, 7",
    "0, 2147483647",
    "2147483647, -2147483648",
    "-2147483648, -1"
  })
  @DisplayName("C-46 an older value is before a newer one, across the wrap too")
  void ordersValuesAcrossWrap(int older, int newer) {
    assertThat(TimestampOrder.isBefore(older, newer)).isTrue();
    assertThat(TimestampOrder.isBefore(newer, older)).isFalse();
    assertThat(TimestampOrder.isAfter(newer, older)).isTrue();
    assertThat(TimestampOrder.isAfter(older, newer)).isFalse();
  }

  @Test
  @DisplayName("H-41 a timestamp is outdated after 2,147 s")
  void isOutdatedAfterHalfTheRangeOfMicroseconds() {
    assertThat(TimestampOrder.isOutdated(2_147_000_000_000L - 1)).isFalse();
    assertThat(TimestampOrder.isOutdated(2_147_000_000_000L)).isTrue();
  }

  @Test
  @DisplayName("ACK-2 a clock of microseconds is told from slower ones, delays or not")
  void tellsAClockOfMicroseconds() {
    assertThat(TimestampOrder.isMicroseconds(200_000, 200_000_000)).isTrue();
    assertThat(TimestampOrder.isMicroseconds(200, 200_000_000)).isFalse();
    assertThat(TimestampOrder.isMicroseconds(130_000, 3_900_000_000L)).isTrue();
    assertThat(TimestampOrder.isMicroseconds(130_000, 3_900_001_000L)).isFalse();
    assertThat(TimestampOrder.isMicroseconds(300_000, 10_000_000)).isTrue();
    assertThat(TimestampOrder.isMicroseconds(300_001, 10_000_000)).isFalse();
    assertThat(TimestampOrder.isMicroseconds(9_000_000_000L, 9_000_000_000_000L)).isTrue();
  }

  @Test
  @DisplayName("ACK-2 a segment that is delayed by 120 s makes no clock one of microseconds")
  void expectsDelays() {
    assertThat(TimestampOrder.isMicroseconds(24, 683_000)).isFalse();
    assertThat(TimestampOrder.isMicroseconds(120_100, 100_000_000)).isFalse();
    assertThat(TimestampOrder.isMicroseconds(120_101, 100_000_000)).isTrue();
    assertThat(TimestampOrder.isMicroseconds(123_000, 3_000_000_000L)).isFalse();
    assertThat(TimestampOrder.isMicroseconds(123_001, 3_000_000_000L)).isTrue();
  }

  @Test
  void equalValuesHaveNoOrder() {
    assertThat(TimestampOrder.isBefore(5, 5)).isFalse();
    assertThat(TimestampOrder.isAfter(5, 5)).isFalse();
  }

  @Test
  void valuesHalfTheSpaceApartHaveNoOrder() {
    int far = 3 + Integer.MIN_VALUE;

    assertThat(TimestampOrder.isBefore(3, far)).isFalse();
    assertThat(TimestampOrder.isBefore(far, 3)).isFalse();
  }
}
