package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.random.SeededRounds;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The RTO of RFC 6298: smoothing, Karn's algorithm and back-off. */
class RetransmissionTimeoutTest {
  private static final double MILLI = 1e6;

  /** RFC 6298 section 2 in floating point; the minimum is 200 ms. */
  private static final class Twin {
    private double srtt = -1;
    private double rttvar;

    private void sample(double nanos) {
      if (srtt < 0) {
        srtt = nanos;
        rttvar = nanos / 2;
      } else {
        rttvar = 0.75 * rttvar + 0.25 * Math.abs(srtt - nanos);
        srtt = 0.875 * srtt + 0.125 * nanos;
      }
    }

    private double rtoNanos() {
      return Math.clamp(srtt + Math.max(MILLI, 4 * rttvar), 200 * MILLI, 60_000 * MILLI);
    }
  }

  private static TestEngine denying() {
    return TestEngine.inline(LineAgents.denying("STAT", "502 no\n"));
  }

  @Test
  @DisplayName("RFC 6298 the RTO follows the smoothed round trip and its variation")
  void followsTheSamples() {
    SeededRounds.run(
        200,
        random -> {
          RttEstimator rtt = new RttEstimator();
          Twin twin = new Twin();
          long now = 0;
          for (int i = 1; i <= 50; i++) {
            long sample = random.nextLong(1, random.nextBoolean() ? 20_000_000_000L : 900_000_000L);
            rtt.onSent(i, now);
            now += sample;
            rtt.onAcknowledged(i, now);
            twin.sample((double) sample);
            assertThat((double) rtt.rtoNanos())
                .isBetween(twin.rtoNanos() - 100, twin.rtoNanos() + 100);
          }
        });
  }

  @Test
  @DisplayName("RFC 6298 Karn: an acknowledgement of retransmitted octets is no sample")
  void measuresNothingThatWasRetransmitted() {
    denying()
        .run(
            Opening.PLAIN
                + """
                c> P. 1:6(5) ack 1 "STAT\\n"
                >c P. 1:8(7) ack 6 "502 no\\n"
                at 1s
                >c P. 1:8(7) ack 6 "502 no\\n"
                at 1.5s
                c> . 6:6(0) ack 8
                at 10s
                c> P. 6:11(5) ack 8 "STAT\\n"
                >c P. 8:15(7) ack 11 "502 no\\n"
                at 10.999s
                nothing
                at 11s
                >c P. 8:15(7) ack 11 "502 no\\n"
                """);
  }

  @Test
  @DisplayName("RFC 6298 an acknowledgement of all octets ends the back-off")
  void endsTheBackOff() {
    denying()
        .run(
            Opening.PLAIN
                + """
                c> P. 1:6(5) ack 1 "STAT\\n"
                >c P. 1:8(7) ack 6 "502 no\\n"
                at 1s
                >c P. 1:8(7) ack 6 "502 no\\n"
                at 3s
                >c P. 1:8(7) ack 6 "502 no\\n"
                at 3.5s
                c> . 6:6(0) ack 8
                at 10s
                c> P. 6:11(5) ack 8 "STAT\\n"
                >c P. 8:15(7) ack 11 "502 no\\n"
                at 11s
                >c P. 8:15(7) ack 11 "502 no\\n"
                """);
  }

  /** Four octets in custody leave at 10 s, are lost, and are retransmitted after {@code millis}. */
  private static String lostAndRetransmittedAfter(int millis, int at) {
    return """
    at 9.900s
    c> . %1$d:%2$d(4) ack 1 "QUIT"
    at 10s
    >c . 1:1(0) ack %2$d
    c> P. %2$d:%3$d(1) ack 1 "\\n"
    >s P. %1$d:%3$d(5) ack 1 "QUIT\\n"
    at %4$.3fs
    nothing
    at %5$.3fs
    >s P. %1$d:%2$d(4) ack 1 "QUIT"
    """
        .formatted(at, at + 4, at + 5, (9_999 + millis) / 1e3, (10_000 + millis) / 1e3);
  }

  @Test
  @DisplayName("RFC 6298 Karn: octets that their sender retransmits are no sample")
  void measuresNothingThatTheSenderRetransmitted() {
    TestEngine.inline(LineAgents.passing())
        .run(
            Opening.PLAIN
                + """
                c> P. 1:6(5) ack 1 "line\\n"
                >s same
                at 2s
                c> P. 1:6(5) ack 1 "line\\n"
                >s same
                at 2.010s
                s> . 1:1(0) ack 6
                >c same
                """
                + lostAndRetransmittedAfter(1_000, 6));
  }

  @Test
  @DisplayName("RFC 6298 Karn: octets retransmitted together with new ones are no sample")
  void measuresOnlyTheNewOctetsOfALongerRetransmission() {
    TestEngine.inline(LineAgents.passing())
        .run(
            Opening.PLAIN
                + """
                c> P. 1:6(5) ack 1 "line\\n"
                >s same
                at 2s
                c> P. 1:11(10) ack 1 "line\\nnext\\n"
                >s same
                at 2.010s
                s> . 1:1(0) ack 6
                >c same
                at 2.080s
                s> . 1:1(0) ack 11
                >c same
                """
                + lostAndRetransmittedAfter(2 * 80 + 50, 11));
  }

  @Test
  @DisplayName("RFC 6298 Karn: opaque octets that their sender retransmits are no sample")
  void measuresNoRetransmittedOpaqueOctets() {
    LambdaAgent skipping =
        LambdaAgent.onClient((view, out) -> {
          String text = SimpleAgents.text(view);
          if (text.equals("skip")) {
            out.skip(12);
          } else if (text.endsWith("\n")) {
            out.pass(view.length());
          }
        });
    TestEngine.inline(skipping)
        .run(
            Opening.PLAIN
                + """
                c> P. 1:5(4) ack 1 "skip"
                >s same
                s> . 1:1(0) ack 5
                >c same
                c> P. 5:11(6) ack 1
                >s same
                at 2s
                c> P. 5:11(6) ack 1
                >s same
                at 2.010s
                s> . 1:1(0) ack 11
                >c same
                c> P. 11:13(2) ack 1
                >s same
                s> . 1:1(0) ack 13
                >c same
                """
                + lostAndRetransmittedAfter(10 + 50, 13));
  }
}
