package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long a duplicate ACK waits for the receiver (H-2). */
class AckWaitTest {
  private static final long MICRO = 1_000L;
  private static final long MILLI = 1_000_000L;

  private final RttEstimator rtt = new RttEstimator();
  private long newEnd;

  @BeforeEach
  void open() {
    rtt.onSynSent(false, 0);
  }

  private void sample(long nanos) {
    rtt.onSent(++newEnd, 0);
    rtt.onAcknowledged(newEnd, nanos);
  }

  private void samples(int count, long nanos) {
    for (int i = 0; i < count; i++) {
      sample(nanos);
    }
  }

  @Test
  @DisplayName("H-2 a duplicate waits for SRTT + 4 RTTVAR if that is less than two round trips")
  void waitsForTheSmoothedRoundTrip() {
    samples(40, 100 * MILLI);
    assertThat(rtt.ackWaitNanos(false)).isBetween(100 * MILLI, 101 * MILLI);
  }

  @Test
  @DisplayName("H-2 delayed ACKs among the samples make a duplicate wait for two round trips only")
  void waitsForTwoOfTheShortestRoundTrips() {
    samples(20, 10 * MILLI);
    samples(7, 50 * MILLI);
    assertThat(rtt.ackWaitNanos(false)).isEqualTo(20 * MILLI);
  }

  @Test
  @DisplayName("H-2 a duplicate waits for at least 2 ms")
  void waitsForTwoMilliseconds() {
    samples(40, 200 * MICRO);
    assertThat(rtt.ackWaitNanos(false)).isEqualTo(2 * MILLI);
  }

  @Test
  @DisplayName("H-2 a duplicate waits for 1 s before the first round trip")
  void waitsForASecondBeforeTheFirstSample() {
    assertThat(rtt.ackWaitNanos(false)).isEqualTo(1_000 * MILLI);
  }

  @Test
  @DisplayName("H-2 a duplicate waits for 3 s before the first round trip if the SYN came again")
  void waitsForThreeSecondsAfterARepeatedSyn() {
    rtt.onSynSent(false, 1_000 * MILLI);
    assertThat(rtt.ackWaitNanos(false)).isEqualTo(3_000 * MILLI);
  }

  @Test
  @DisplayName("H-2 a duplicate waits for 50 ms longer if the receiver may delay its ACK")
  void waitsForADelayedAck() {
    samples(40, 200 * MICRO);
    assertThat(rtt.ackWaitNanos(true)).isEqualTo(52 * MILLI);
  }

  @Test
  @DisplayName("H-2 a duplicate waits no longer than an RTO, or as long as without a delayed ACK")
  void waitsNoLongerThanATimeout() {
    samples(40, 190 * MILLI);
    sample(240 * MILLI);
    assertThat(rtt.ackWaitNanos(true)).isBetween(rtt.ackWaitNanos(false), rtt.firstRtoNanos());
  }

  @Test
  @DisplayName("H-17 the custody delay is at most 500 ms")
  void limitsTheCustodyDelay() {
    sample(800 * MILLI);
    assertThat(rtt.custodyDelayNanos()).isEqualTo(500 * MILLI);
  }
}
