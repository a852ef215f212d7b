package dev.midstream.wire.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeResolutionTest {
  private static final long MAX = TimeResolution.MAX_NANOS;

  @ParameterizedTest
  @CsvSource({
    "0, 3, 3000000000",
    "3, 1234, 1234000000",
    "9, 1234, 1234",
    "12, 1999, 1",
    "28, -1, 1",
    "29, -1, 0",
    "127, -1, 0",
    "0x80, 3, 3000000000",
    "0x81, 3, 1500000000",
    "0x9e, 1, 0",
    "0xc0, -1, 999999999",
    "0xff, -1, 0"
  })
  void readsDecimalAndBinaryResolutions(String octet, long stamp, long nanos) {
    assertThat(TimeResolution.of(Integer.decode(octet), 0).toNanos(stamp)).isEqualTo(nanos);
  }

  @Test
  void clampsTimestampsToValidRange() {
    assertThat(TimeResolution.of(0, 0).toNanos(-1)).isEqualTo(MAX);
    assertThat(TimeResolution.of(6, 0).toNanos(-1)).isEqualTo(MAX);
    assertThat(TimeResolution.of(9, 0).toNanos(-1)).isEqualTo(MAX);
    assertThat(TimeResolution.of(0x80, 0).toNanos(-1)).isEqualTo(MAX);
    assertThat(TimeResolution.of(0x9d, 0).toNanos(-1)).isEqualTo(MAX);
    assertThat(TimeResolution.of(6, Long.MAX_VALUE).toNanos(-1)).isEqualTo(MAX);
    assertThat(TimeResolution.of(6, Long.MIN_VALUE).toNanos(5)).isZero();
  }

  @Test
  void roundTripsTimestamps() {
    long seed = 20_251_120L;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      int exponent = random.nextInt(10);
      int octet = random.nextBoolean() ? exponent : 0x80 | 3 * exponent;
      TimeResolution resolution = TimeResolution.of(octet, random.nextInt(2_000));
      long nanos = random.nextLong(MAX / 2);
      long stamp = resolution.fromNanos(nanos);
      assertThat(resolution.fromNanos(resolution.toNanos(stamp)))
          .as("seed=%d round=%d resolution=%s nanos=%d", seed, i, resolution, nanos)
          .isEqualTo(stamp);
    }
  }

  @Test
  void saturatesTimestampsBeyondRange() {
    assertThat(TimeResolution.of(127, 0).fromNanos(MAX)).isEqualTo(-1);
    assertThat(TimeResolution.of(6, 10).fromNanos(1)).isZero();
  }
}
