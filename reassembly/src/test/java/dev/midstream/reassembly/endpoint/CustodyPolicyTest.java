package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LineAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When held octets are taken into custody. */
class CustodyPolicyTest {
  /** Four octets are held after a measured round-trip time of {@code seconds}. */
  private static String heldAfterARoundTripOf(String seconds) {
    return """
    c> . 1:3(2) ack 1 "x\\n"
    >s . 1:3(2) ack 1 "x\\n"
    at %ss
    s> . 1:1(0) ack 3
    >c . 1:1(0) ack 3
    c> . 3:7(4) ack 1 "QUIT"
    """
        .formatted(seconds);
  }

  @Test
  @DisplayName("C-24 held octets are acknowledged after 100 ms without a known round-trip time")
  void acknowledgesHeldOctetsAfterTheMaximumDelay() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .open(
                """
                c> . 1:3(2) ack 1 "QU"
                at 0.060s
                c> . 3:5(2) ack 1 "IT"
                at 0.099s
                nothing
                at 0.100s
                >c . 1:1(0) ack 5
                """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
  }

  @Test
  @DisplayName("H-17 octets that come one by one are acknowledged before their sender times out")
  void acknowledgesTheFirstOfOctetsThatKeepComing() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:2(1) ack 1 "Q"
            at 0.080s
            c> . 2:3(1) ack 1 "U"
            at 0.099s
            nothing
            at 0.100s
            >c . 1:1(0) ack 3
            at 0.160s
            c> . 3:4(1) ack 1 "I"
            at 0.240s
            c> . 4:5(1) ack 1 "T"
            at 0.260s
            >c . 1:1(0) ack 5
            at 0.320s
            c> . 5:7(2) ack 1 "\\nR"
            >s . 1:6(5) ack 1 "QUIT\\n"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 6
            at 0.339s
            nothing
            at 0.340s
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("C-24 H-17 held octets are acknowledged after the receiver's round-trip time")
  void acknowledgesHeldOctetsAfterTheRoundTrip() {
    TestEngine.inline(LineAgents.passing())
        .open(
            heldAfterARoundTripOf("0.050")
                + """
                at 0.106s
                nothing
                at 0.107s
                >c . 1:1(0) ack 7
                """);
  }

  @Test
  @DisplayName("H-17 ACKs that take a little longer than the shortest round trip come first")
  void leavesTheReceiverTimeForItsOwnAcks() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:3(2) ack 1 "x\\n"
            >s . 1:3(2) ack 1 "x\\n"
            at 0.050s
            s> . 1:1(0) ack 3
            >c . 1:1(0) ack 3
            c> . 3:5(2) ack 1 "x\\n"
            >s . 3:5(2) ack 1 "x\\n"
            c> . 5:9(4) ack 1 "x\\nQU"
            >s . 5:7(2) ack 1 "x\\n"
            at 0.105s
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 5
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 7
            at 0.107s
            >c . 1:1(0) ack 9
            """);
  }

  @Test
  @DisplayName("H-17 a short round-trip time shortens the delay to no less than 20 ms")
  void waitsAtLeastTwentyMillis() {
    TestEngine.inline(LineAgents.passing())
        .open(
            heldAfterARoundTripOf("0.001")
                + """
                at 0.020s
                nothing
                at 0.021s
                >c . 1:1(0) ack 7
                """);
  }

  @Test
  @DisplayName("H-17 HDP-7 held octets are acknowledged before half of the hold time is over")
  void acknowledgesBeforeTheHoldTime() {
    TestEngine.inline(LineAgents.passing())
        .limits(EngineLimits.DEFAULTS.withHoldNanos(60_000_000))
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            at 0.029s
            nothing
            at 0.030s
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName("H-17 held octets are acknowledged at once when they are retransmitted")
  void acknowledgesRetransmittedHeldOctets() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            c> . 1:5(4) ack 1 "QUIT"
            >c . 1:1(0) ack 5 <sack 1:5>
            """);
  }

  @Test
  @DisplayName("H-17 a longer retransmission of held octets is acknowledged as a whole")
  void acknowledgesALongerRetransmission() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:3(2) ack 1 "QU"
            c> . 1:5(4) ack 1 "QUIT"
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName(
      "H-17 of a retransmission the sent octets leave again and the held ones are acknowledged")
  void acknowledgesARetransmissionOfSentAndHeldOctets() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:6(5) ack 1 "x\\nQUI"
            >s . 1:3(2) ack 1 "x\\n"
            c> . 1:6(5) ack 1 "x\\nQUI"
            >s . 1:3(2) ack 1 "x\\n"
            >c . 1:1(0) ack 6
            """);
  }

  @Test
  @DisplayName(
      "H-14 held octets are acknowledged at once when the agent needs more than the window")
  void acknowledgesANeedBeyondTheWindow() {
    TestEngine.inline(HoldingAgents.needing(54))
        .run(
            Opening.window(30)
                + """
                c> . 1:11(10) ack 1
                >c . 1:1(0) ack 11 win 44
                """);
  }

  @Test
  @DisplayName("H-14 held octets that fill the window are acknowledged at once")
  void acknowledgesAFullWindow() {
    TestEngine.inline(LineAgents.passing())
        .run(
            Opening.window(30)
                + """
                c> . 1:21(20) ack 1
                nothing
                c> . 21:31(10) ack 1
                >c . 1:1(0) ack 31
                """);
  }

  @Test
  @DisplayName("H-22 the engine owns a reply at once and acknowledges the deleted request")
  void ownsAReplyAtOnce() {
    Engine engine =
        InCustody.denying("502 no\n")
            .open(
                """
                c> P. 1:6(5) ack 1 "STAT\\n"
                >c P. 1:8(7) ack 6 "502 no\\n"
                at 1.0s
                >c P. 1:8(7) ack 6 "502 no\\n"
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isOne();
  }

  @Test
  @DisplayName("T-8 H-26 a deletion is acknowledged after the octets before it")
  void acknowledgesADeletionAfterEarlierOctets() {
    TestEngine.inline("STAT\n", "")
        .open(
            """
            c> . 1:6(5) ack 1 "NOOP\\n"
            >s . 1:6(5) ack 1 "NOOP\\n"
            c> . 6:11(5) ack 1 "STAT\\n"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 11
            """);
  }

  @Test
  @DisplayName("C-49 no custody before the handshake is complete")
  void takesNothingBeforeTheHandshakeIsComplete() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .run(
                """
                c> S 0:4(4) win 65535 <mss 1460> "QUIT"
                >s S 0:0(0) win 65535 <mss 1460>
                s> S. 0:0(0) ack 1 win 65535 <mss 1460>
                >c same
                at 0.9s
                nothing
                """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();
  }

  @Test
  @DisplayName("H-20 the ACK of held octets does not cover a FIN after a gap")
  void neverAcknowledgesAFinWithHeldOctets() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            c> F. 7:7(0) ack 1
            at 0.5s
            >c . 1:1(0) ack 5
            nothing
            """);
  }

  @Test
  @DisplayName("held octets before a gap are acknowledged, delayed octets after it are not")
  void neverAcknowledgesOctetsAfterAGap() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:3(2) ack 1 "QU"
            c> . 5:7(2) ack 1 "\\r\\n"
            >c . 1:1(0) ack 1 <sack 5:7>
            at 0.099s
            nothing
            at 0.100s
            >c . 1:1(0) ack 3 <sack 5:7>
            """);
  }

  @Test
  @DisplayName("H-15 octets beyond the window are not held, so they are never acknowledged")
  void neverAcknowledgesOctetsBeyondTheWindow() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .run(
                Opening.window(30)
                    + """
                    c> . 1:31(30) ack 1 "23456789012345678901234567890\\n"
                    >s . 1:31(30) ack 1
                    s> . 1:1(0) ack 31 win 0
                    >c . 1:1(0) ack 31 win 0
                    c> . 31:32(1) ack 1 "Q"
                    >s . 30:30(0) ack 1
                    s> . 1:1(0) ack 31 win 0
                    >c . 1:1(0) ack 31 win 0
                    at 1.0s
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();
  }

  @Test
  @DisplayName("C-65 at the total limit retransmitted octets are acknowledged, and the edge stops")
  void takesStoredOctetsAtTheTotalLimit() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(1))
            .open(
                """
                c> . 1:5(4) ack 1 "QUIT"
                c> . 1:5(4) ack 1 "QUIT"
                >c . 1:1(0) ack 5 win 65531 <sack 1:5>
                at 1.0s
                nothing
                """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
  }

  @Test
  @DisplayName("H-20 no custody after a reset")
  void takesNothingAfterAReset() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            c> R. 5:5(0) ack 1
            >s R. 1:1(0) ack 1
            at 5.0s
            nothing
            """);
  }

  @Test
  @DisplayName("H-17 the custody delay of a disputed segment does not begin with what was decided")
  void beginsTheDelayOfADisputedSegmentAnew() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:3(2) ack 1 "x\\n"
            >s . 1:3(2) ack 1 "x\\n"
            at 0.050s
            s> . 1:1(0) ack 3
            >c . 1:1(0) ack 3
            at 1.000s
            c> . 5:7(2) ack 1 "cd"
            >c . 1:1(0) ack 3 <sack 5:7>
            c> . 3:6(3) ack 1 "abX"
            at 1.055s
            nothing
            at 1.057s
            >c . 1:1(0) ack 7
            """);
  }
}
