package dev.midstream.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The average loss by sequence numbers. */
class LossAverageTest {
  private final LossAverage average = new LossAverage();

  @Test
  @DisplayName("LD-5 P = P·127/128 + lost·1/128")
  void averagesTheLoss() {
    average.heard(10);
    assertThat(average.loss()).isZero();

    average.heard(11);
    assertThat(average.loss()).isZero();

    average.heard(14);
    assertThat(average.loss()).isEqualTo(2.0 / 128);

    average.heard(15);
    assertThat(average.loss()).isEqualTo(2.0 / 128 * (127.0 / 128));
  }

  @Test
  @DisplayName("LD-4 a sequence number that does not grow is a repetition")
  void ignoresRepetitions() {
    average.heard(10);
    average.heard(14);
    average.heard(14);
    average.heard(3);
    assertThat(average.loss()).isEqualTo(3.0 / 128);

    average.heard(15);
    assertThat(average.loss()).isEqualTo(3.0 / 128 * (127.0 / 128));
  }

  @Test
  @DisplayName("LD-5 if every second keepalive is lost, the source's formula tends to 1")
  void countsTheLostOnesForEachHeard() {
    for (long sequence = 0; sequence < 4_000; sequence += 2) {
      average.heard(sequence);
    }
    assertThat(average.loss()).isBetween(0.999, 1.0);
  }

  @Test
  @DisplayName("LD-5 without loss the average falls by 1/128 each time")
  void forgetsOldLoss() {
    average.heard(0);
    average.heard(129);
    assertThat(average.loss()).isEqualTo(1.0);
    for (long sequence = 130; sequence < 130 + 128; sequence++) {
      average.heard(sequence);
    }
    assertThat(average.loss()).isEqualTo(Math.pow(127.0 / 128, 128), within(1e-12));
  }
}
