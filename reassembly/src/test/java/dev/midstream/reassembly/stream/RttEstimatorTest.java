package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Round-trip times measured in the handshake. */
class RttEstimatorTest {
  private static final String SYN =
      """
      c> S 0:0(0) win 65535 <mss 1460>
      >s same
      """;

  private static final String SYN_ACK =
      """
      s> S. 0:0(0) ack 1 win 65535 <mss 1460>
      >c same
      """;

  private static final String ACK =
      """
      c> . 1:1(0) ack 1
      >s same
      """;

  private static final String HANDSHAKE = SYN + "at 0.030s\n" + SYN_ACK + "at 0.070s\n" + ACK;

  /** A SYN that comes again after less than 200 ms was copied on its way. */
  private static final String SYN_COPIED = SYN + "at 0.020s\n" + HANDSHAKE;

  private static final String SYN_ACK_COPIED = synAckAgainAt("0.040s");

  private static final String SYN_ACK_RETRANSMITTED = synAckAgainAt("0.240s");

  private static TestEngine engine() {
    return TestEngine.inline(LineAgents.denying("STAT", "502 no\n"));
  }

  private static String synAckAgainAt(String time) {
    return SYN + "at 0.030s\n" + SYN_ACK + "at " + time + "\n" + SYN_ACK + "at 0.270s\n" + ACK;
  }

  private static String heldFor(long millis) {
    return """
    at 0.300s
    c> . 1:5(4) ack 1 "QUIT"
    at %.3fs
    nothing
    at %.3fs
    >c . 1:1(0) ack 5
    """
        .formatted((299 + millis) / 1e3, (300 + millis) / 1e3);
  }

  private static String replyRetransmittedAfter(long millis) {
    return """
    at 0.300s
    c> P. 1:6(5) ack 1 "STAT\\n"
    >c P. 1:8(7) ack 6 "502 no\\n"
    at %.3fs
    nothing
    at %.3fs
    >c P. 1:8(7) ack 6 "502 no\\n"
    """
        .formatted((299 + millis) / 1e3, (300 + millis) / 1e3);
  }

  @Test
  @DisplayName("H-17 C-24 the handshake measures the round-trip time to the server")
  void measuresTheServerInTheHandshake() {
    engine().run(HANDSHAKE + heldFor(34));
  }

  @Test
  @DisplayName(
      "C-61 the handshake measures the round-trip time to the client: a lost reply is sent soon")
  void measuresTheClientInTheHandshake() {
    engine().run(HANDSHAKE + replyRetransmittedAfter(2 * 40 + 50));
  }

  @Test
  @DisplayName("C-41 a SYN that comes again measures nothing; its SYN-ACK does")
  void ignoresARepeatedSyn() {
    engine().run(SYN_COPIED + heldFor(100));
    engine().run(SYN_COPIED + replyRetransmittedAfter(2 * 40 + 50));
  }

  @Test
  @DisplayName("C-41 a SYN-ACK that comes again measures nothing; its SYN did")
  void ignoresARepeatedSynAck() {
    engine().run(SYN_ACK_COPIED + heldFor(34));
    engine().run(SYN_ACK_RETRANSMITTED + heldFor(34));
  }

  @Test
  @DisplayName("RFC 6298 5.7: the RTO is 3 s after a retransmitted SYN, and 1 s after a copied one")
  void knowsCopiesFromRetransmissions() {
    engine().run(SYN_ACK_RETRANSMITTED + replyRetransmittedAfter(3_000));
    engine().run(SYN_ACK_COPIED + replyRetransmittedAfter(1_000));
  }

  @Test
  @DisplayName("RFC 6298 5.7: the SYN before tells whether one is a copy")
  void comparesWithTheSynBefore() {
    RttEstimator rtt = new RttEstimator();
    rtt.onSynSent(false, 0);
    rtt.onSynSent(false, 199_999_999L);
    assertThat(rtt.rtoNanos()).isEqualTo(1_000_000_000L);
    rtt.onSynSent(false, 399_999_999L);
    assertThat(rtt.rtoNanos()).isEqualTo(3_000_000_000L);
    rtt.onSynAcknowledged(500_000_000L);
    assertThat(rtt.isMeasured()).isFalse();
  }

  @Test
  @DisplayName("C-41 a SYN retransmitted after its SYN-ACK does not change the measurement")
  void keepsTheMeasurementOfTheFirstSyn() {
    RttEstimator rtt = new RttEstimator();
    rtt.onSynSent(false, 10);
    rtt.onSynAcknowledged(50);
    rtt.onSynSent(false, 60);
    rtt.onSynAcknowledged(1_000);
    assertThat(rtt.srttNanos()).isEqualTo(40);
  }

  @Test
  @DisplayName("RFC 6298 Karn: a retransmission behind the measured octets changes nothing")
  void measuresOctetsBeforeRetransmission() {
    RttEstimator rtt = new RttEstimator();
    rtt.onSent(1_000, 0);
    rtt.onRetransmitted(1_000, 1_500);
    rtt.onAcknowledged(1_000, 50);
    assertThat(rtt.srttNanos()).isEqualTo(50);
    rtt.onSent(2_000, 100);
    rtt.onRetransmitted(1_999, 2_000);
    rtt.onAcknowledged(2_000, 900);
    assertThat(rtt.srttNanos()).isEqualTo(50);
  }

  @Test
  @DisplayName(
      "Karn: a late acknowledgement of octets before which others are repeated is no sample")
  void ignoresAnAcknowledgementHeldBackByOthers() {
    RttEstimator rtt = new RttEstimator();
    rtt.onSent(2_000, 0);
    rtt.onRetransmitted(500, 1_000);
    rtt.onAcknowledged(2_000, 900);
    assertThat(rtt.isMeasured()).isFalse();
  }

  @Test
  @DisplayName("a SACK of octets that left once measures, whatever is repeated before them")
  void measuresByReports() {
    RttEstimator rtt = new RttEstimator();
    rtt.onSent(2_000, 0);
    rtt.onRetransmitted(500, 1_000);
    rtt.onReported(1_000, 1_999, 20);
    assertThat(rtt.isMeasured()).isFalse();
    rtt.onReported(1_000, 2_000, 40);
    rtt.onReported(1_000, 2_000, 60);
    rtt.onAcknowledged(2_000, 900);
    assertThat(rtt.srttNanos()).isEqualTo(40);
  }

  @Test
  @DisplayName("Karn: a SACK of repeated octets is no sample")
  void ignoresReportsOfRepeatedOctets() {
    RttEstimator rtt = new RttEstimator();
    rtt.onSent(2_000, 0);
    rtt.onRetransmitted(1_500, 2_000);
    rtt.onReported(1_000, 2_000, 40);
    assertThat(rtt.isMeasured()).isFalse();
  }

  @Test
  @DisplayName("RFC 6298 5.7: the SYN-ACK of a simultaneous open is no SYN after a timeout")
  void keepsTheFirstTimeoutInASimultaneousOpen() {
    RttEstimator rtt = new RttEstimator();
    rtt.onSynSent(false, 0);
    rtt.onSynSent(true, 10_000_000L);
    rtt.onSynAcknowledged(30_000_000L);
    assertThat(rtt.isMeasured()).isFalse();
    assertThat(rtt.rtoNanos()).isEqualTo(1_000_000_000L);
    rtt.onSynSent(true, 1_000_000_000L);
    assertThat(rtt.rtoNanos()).isEqualTo(3_000_000_000L);
  }

  @Test
  @DisplayName("the shortest sample is one of the last eight, and 100 ms before the first")
  void knowsTheShortestSample() {
    RttEstimator rtt = new RttEstimator();
    assertThat(rtt.shortestNanos()).isEqualTo(100_000_000L);
    for (int i = 1; i <= 10; i++) {
      rtt.onSent(i, 0);
      rtt.onAcknowledged(i, 200_000_000L + i);
    }
    assertThat(rtt.shortestNanos()).isEqualTo(200_000_003L);
  }

  @Test
  @DisplayName("a handshake within one clock tick measures nothing")
  void ignoresAHandshakeWithoutElapsedTime() {
    RttEstimator rtt = new RttEstimator();
    rtt.onSynSent(false, 10);
    rtt.onSynAcknowledged(10);
    rtt.onSynAcknowledged(20);
    assertThat(rtt.isMeasured()).isFalse();
  }
}
