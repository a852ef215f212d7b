package dev.midstream.agent.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {

  @ParameterizedTest
  @CsvSource({
    "COUNT, 0, 0",
    "COUNT, 65536, 65536",
    "BYTES, 4194304, 4194304",
    "BYTES, 64KiB, 65536",
    "BYTES, 4 MiB, 4194304",
    "BYTES, 3GiB, 3221225472",
    "NANOS, 20s, 20000000000",
    "NANOS, 2h4m, 7440000000000",
    "NANOS, 500ms, 500000000",
    "NANOS, 100us, 100000",
    "NANOS, 7ns, 7",
    "NANOS, 1h2m3s4ms5us6ns, 3723004005006"
  })
  @DisplayName("numbers, byte counts and durations are parsed")
  void parsesNotation(Quantity quantity, String text, long value) {
    assertThat(quantity.parse(text)).hasValue(value);
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "COUNT|''",
        "COUNT|-1",
        "COUNT|+1",
        "COUNT|1.5",
        "COUNT|0x10",
        "COUNT|1_000",
        "COUNT|010",
        "COUNT|1234567890123456",
        "COUNT|٣",
        "BYTES|KiB",
        "BYTES|1KB",
        "BYTES|1kib",
        "BYTES|1.5MiB",
        "BYTES|999999999999999GiB",
        "NANOS|''",
        "NANOS|20",
        "NANOS|s",
        "NANOS|1m1h",
        "NANOS|1s1s",
        "NANOS|1.5s",
        "NANOS|1d",
        "NANOS|1s 1ms",
        "NANOS|2h 4m",
        "NANOS|999999999999999h",
        "NANOS|9223372036s855ms"
      },
      delimiter = '|')
  @DisplayName("text without the notation, and numbers beyond a long, are refused")
  void refusesOtherText(Quantity quantity, String text) {
    assertThat(quantity.parse(text)).isEmpty();
  }

  @Test
  @DisplayName("the text of a value parses to the same value")
  void parsesWhatItFormats() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 10_000; round++) {
      long value = random.nextLong(1L << random.nextInt(1, 49));
      for (Quantity quantity : Quantity.values()) {
        assertThat(quantity.parse(quantity.format(value)))
            .as("new Random(%dL), round %d: %s of %d", seed, round, quantity, value)
            .hasValue(value);
      }
    }
    assertThat(Quantity.BYTES.format(1 << 16)).isEqualTo("64KiB");
    assertThat(Quantity.NANOS.format(7_440_000_000_000L)).isEqualTo("2h4m");
    assertThat(Quantity.NANOS.format(0)).isEqualTo("0s");
  }
}
