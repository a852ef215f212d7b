package dev.midstream.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers of keepalives that the source's formula gives. */
class KeepaliveArithmeticTest {
  private static final BigDecimal POLICY = BigDecimal.valueOf(3600);
  private static final long DETECT_NANOS = 400_000_000;

  @ParameterizedTest
  @CsvSource({
    "0, 2",
    "0.001, 2",
    "0.0117, 2",
    "0.0118, 3",
    "0.04, 3",
    "0.05, 4",
    "0.09, 4",
    "0.1, 5",
    "0.15, 6",
    "0.2, 7",
    "0.3, 9",
    "0.4, 12",
    "0.5, 16",
    "0.57, 20",
    "0.58, 20",
    "1, 20",
    "7.8, 20"
  })
  @DisplayName("LD-5 the number of keepalives follows the loss: a table of P and n")
  void countsKeepalives(double loss, int count) {
    assertThat(KeepaliveArithmetic.count(loss)).isEqualTo(count);
  }

  @Test
  @DisplayName("LD-5 n is the least number from 2 to 20 with n·Pⁿ < 1/3600, in exact arithmetic")
  void takesTheLeastNumber() {
    for (int thousandths = 0; thousandths <= 1500; thousandths++) {
      BigDecimal loss = BigDecimal.valueOf(thousandths, 3);
      assertThat(KeepaliveArithmetic.count(loss.doubleValue()))
          .as("P=%s", loss)
          .isEqualTo(least(loss));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.5, 0.75", "0.1, 0.19", "1, 1", "7, 1"})
  @DisplayName("LD-5 an exchange is lost if the keepalive or its answer is")
  void countsTheAnswer(double loss, double ofExchange) {
    assertThat(KeepaliveArithmetic.ofExchange(loss)).isCloseTo(ofExchange, within(1e-12));
  }

  private static int least(BigDecimal loss) {
    int n = 2;
    while (n < 20
        && loss.pow(n).multiply(BigDecimal.valueOf(n)).multiply(POLICY).compareTo(BigDecimal.ONE)
            >= 0) {
      n++;
    }
    return n;
  }

  @ParameterizedTest
  @CsvSource({"0, 175000000", "0.05, 87500000", "0.5, 21875000"})
  @DisplayName("LD-5 loss costs more keepalives, and the detection time stays")
  void dividesTheDetectionTime(double loss, long intervalNanos) {
    int count = KeepaliveArithmetic.count(loss);

    assertThat(KeepaliveArithmetic.intervalNanos(DETECT_NANOS, count)).isEqualTo(intervalNanos);
    assertThat(intervalNanos * count).isEqualTo(DETECT_NANOS / 8 * 7);
  }
}
