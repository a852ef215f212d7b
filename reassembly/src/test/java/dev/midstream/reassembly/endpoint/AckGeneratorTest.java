package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When the engine sends acknowledgements of its own. */
class AckGeneratorTest {
  @Test
  @DisplayName(
      "ACK-4 H-2 C-13: one duplicate ACK for each delayed segment, after the receiver caught up")
  void delaysDuplicateAcksUntilTheReceiverCatchesUp() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            c> . 1:11(10) ack 1
            >s . 1:11(10) ack 1
            c> . 21:31(10) ack 1
            c> . 31:41(10) ack 1
            s> . 1:1(0) ack 11
            >c . 1:1(0) ack 11
            >c . 1:1(0) ack 11 <sack 21:31>
            >c . 1:1(0) ack 11 <sack 21:41>
            c> . 41:51(10) ack 1
            >c . 1:1(0) ack 11 <sack 21:51>
            """);
  }

  @Test
  @DisplayName(
      "ACK-4 H-2: duplicate ACKs leave when the receiver SACKs the last octet before the gap")
  void delaysDuplicateAcksUntilTheReceiverSacksTheLastOctet() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            c> . 1:11(10) ack 1
            >s . 1:11(10) ack 1
            c> . 11:21(10) ack 1
            >s . 11:21(10) ack 1
            c> . 31:41(10) ack 1
            s> . 1:1(0) ack 1 <sack 11:21>
            >c . 1:1(0) ack 1 <sack 11:21>
            >c . 1:1(0) ack 1 <sack 31:41 11:21>
            """);
  }

  @Test
  @DisplayName(
      "ACK-4 H-2: duplicate ACKs leave after twice the shortest round-trip time at the latest")
  void delaysDuplicateAcksByTwoRoundTripsAtMost() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            c> . 1:11(10) ack 1
            >s . 1:11(10) ack 1
            at 0.100s
            s> . 1:1(0) ack 11
            >c . 1:1(0) ack 11
            c> . 11:21(10) ack 1
            >s . 11:21(10) ack 1
            at 0.110s
            c> . 31:41(10) ack 1
            at 0.309s
            nothing
            at 0.310s
            >c . 1:1(0) ack 21
            >c . 1:1(0) ack 21 <sack 31:41>
            """);
  }

  @Test
  @DisplayName("H-2 H-7: on a path on which a SYN times out duplicate ACKs wait for 3 s at most")
  void waitsForTheRoundTripOfALongPath() {
    TestEngine.inline("x", "")
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            at 1.0s
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            at 1.5s
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> . 1:11(10) ack 1
            >s same
            c> . 11:21(10) ack 1 "xxxxxxxxxx"
            c> . 21:31(10) ack 1 "xxxxxxxxxx"
            at 3.0s
            nothing
            s> . 1:1(0) ack 11
            >c . 1:1(0) ack 31
            """);
  }

  @Test
  @DisplayName("H-2: an ACK of deleted octets waits for a round trip of what left after them")
  void waitsForTheAckOfLaterOctets() {
    TestEngine.inline("X", "")
        .open(
            """
            c> . 1:11(10) ack 1
            >s . 1:11(10) ack 1
            at 0.030s
            s> . 1:1(0) ack 11
            >c . 1:1(0) ack 11
            at 0.100s
            c> . 11:21(10) ack 1
            >s . 11:21(10) ack 1
            c> . 21:31(10) ack 1 "XXXXXXXXXX"
            at 0.165s
            c> . 31:1491(1460) ack 1
            >s . 21:1481(1460) ack 1
            at 0.195s
            nothing
            s> . 1:1(0) ack 1481
            >c . 1:1(0) ack 1491
            """);
  }

  @Test
  @DisplayName("ACK-4: a gap filled meanwhile causes no duplicate ACK")
  void sendsNoDuplicateAckForAFilledGap() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .open(
                """
                c> . 1:11(10) ack 1
                >s . 1:11(10) ack 1
                c> . 21:31(10) ack 1
                c> . 31:41(10) ack 1
                c> . 11:21(10) ack 1
                >s . 11:41(30) ack 1
                s> . 1:1(0) ack 11
                >c . 1:1(0) ack 11
                s> . 1:1(0) ack 41
                >c . 1:1(0) ack 41
                at 5.0s
                nothing
                """);
    assertThat(engine.counters().of(Reason.ACK_MADE)).isZero();
  }

  @Test
  @DisplayName("ACK-4 H-35: old octets get eight ACKs with a D-SACK, then one each 500 ms")
  void limitsAcksOfOldOctets() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            c> . 1:11(10) ack 1
            >s . 1:11(10) ack 1
            s> . 1:1(0) ack 11
            >c . 1:1(0) ack 11
            """
                + """
                c> . 1:11(10) ack 1
                >c . 1:1(0) ack 11 <sack 1:11>
                """
                    .repeat(8)
                + """
                c> . 1:11(10) ack 1
                nothing
                at 0.499s
                c> . 1:11(10) ack 1
                nothing
                at 0.500s
                c> . 1:11(10) ack 1
                >c . 1:1(0) ack 11 <sack 1:11>
                c> . 1:11(10) ack 1
                nothing
                at 0.999s
                c> . 1:11(10) ack 1
                nothing
                at 1.0s
                c> . 1:11(10) ack 1
                >c . 1:1(0) ack 11 <sack 1:11>
                """);
  }

  @Test
  @DisplayName("H-35: an acknowledged FIN that is retransmitted is acknowledged again")
  void acknowledgesAnOldFin() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            c> F. 1:11(10) ack 1
            >s F. 1:11(10) ack 1
            s> . 1:1(0) ack 12
            >c . 1:1(0) ack 12
            c> F. 1:11(10) ack 1
            >s F. 11:11(0) ack 1
            s> . 1:1(0) ack 12
            >c . 1:1(0) ack 12
            """);
  }

  @Test
  @DisplayName("ACK-5: an acknowledgement without octets causes no ACK")
  void sendsNoAckForAnAck() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .open(
                """
                c> . 1:11(10) ack 1
                >s . 1:11(10) ack 1
                s> . 1:1(0) ack 11
                >c . 1:1(0) ack 11
                c> . 11:11(0) ack 1
                >s . 11:11(0) ack 1
                s> . 1:1(0) ack 11
                >c . 1:1(0) ack 11
                s> . 1:1(0) ack 1
                >c . 1:1(0) ack 11
                """);
    assertThat(engine.counters().of(Reason.ACK_MADE)).isZero();
  }

  @Test
  @DisplayName("ACK-5 C-29: an ACK of unsent data is answered by an ACK, with a rate limit")
  void answersAcksOfUnsentData() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            s> . 1:1(0) ack 5000
            >s . 1:1(0) ack 1
            """
                    .repeat(8)
                + """
                s> . 1:1(0) ack 5000
                nothing
                at 0.500s
                s> . 1:1(0) ack 5000
                >s . 1:1(0) ack 1
                """);
  }

  @Test
  @DisplayName("H-49 with SACK a super-segment after a gap causes one duplicate ACK")
  void acknowledgesASuperSegmentOnceWithSack() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1001:4001(3000) ack 1
            >c . 1:1(0) ack 1 <sack 1001:4001>
            """);
  }

  @Test
  @DisplayName("H-7 a deleted segment after a loss is reported by a SACK block")
  void sacksDeletedSegments() {
    TestEngine.inline(SimpleAgents.replacing("x", "").withoutFlush())
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s . 1:4(3) ack 1 "abc"
            c> . 4:6(2) ack 1 "xx"
            c> . 6:8(2) ack 1 "xx"
            at 1.0s
            >c . 1:1(0) ack 1 <sack 4:6>
            >c . 1:1(0) ack 1 <sack 4:8>
            c> . 6:8(2) ack 1 "xx"
            at 2.0s
            >c . 1:1(0) ack 1 <sack 4:8>
            c> . 1:4(3) ack 1 "abc"
            >s . 1:4(3) ack 1 "abc"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 8
            """);
  }

  @Test
  @DisplayName("H-2 the duplicate of a deleted segment waits for the delayed ACK of one before it")
  void waitsForTheDelayedAckBeforeADeletedSegment() {
    TestEngine.inline(SimpleAgents.replacing("x", "").withoutFlush())
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            at 0.100s
            s> . 1:1(0) ack 3
            >c same
            c> . 3:5(2) ack 1 "cd"
            >s same
            at 0.110s
            c> . 5:7(2) ack 1 "xx"
            at 0.359s
            nothing
            at 0.360s
            >c . 1:1(0) ack 3 <sack 5:7>
            """);
  }

  @Test
  @DisplayName("H-2 the duplicate of a gap does not wait for that of a deleted segment before it")
  void reportsAGapBehindADeletedSegmentInTime() {
    TestEngine.inline(
            LambdaAgent.onClient((view, out) -> {
              if (view.length() > 0 && view.at(0) == 'x') {
                out.replace(view.length(), Octets.empty());
              } else if (view.length() > 0) {
                out.pass(view.length());
                out.skip(2);
              }
            }))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            at 0.010s
            s> . 1:1(0) ack 3
            >c same
            c> . 3:5(2) ack 1 "cd"
            >s same
            at 0.011s
            c> . 5:7(2) ack 1 "xx"
            at 0.012s
            c> . 9:11(2) ack 1 "ef"
            at 0.040s
            >c . 1:1(0) ack 3 <sack 5:7>
            >c . 1:1(0) ack 3 <sack 9:11 5:7>
            """);
  }

  @Test
  @DisplayName("H-13 a discarded segment after a gap is answered without a SACK block")
  void doesNotSackDiscardedSegments() {
    TestEngine.inline(SimpleAgents.passing())
        .outOfOrder(Policies.OutOfOrder.DISCARD)
        .open(
            """
            c> . 11:21(10) ack 1
            >c . 1:1(0) ack 1 <>
            c> . 21:31(10) ack 1
            >c . 1:1(0) ack 1 <>
            c> . 1:11(10) ack 1
            >s . 1:11(10) ack 1
            s> . 1:1(0) ack 11
            >c . 1:1(0) ack 11
            c> . 11:21(10) ack 1
            >s . 11:21(10) ack 1
            """);
  }

  @Test
  @DisplayName("H-35 C-10 an old segment is answered with a D-SACK, with a rate limit")
  void limitsDsacksOfOldSegments() {
    LetterEdits.inline()
        .open(
            """
            c> . 1:5(4) ack 1 "abce"
            >s same
            s> . 1:1(0) ack 5
            >c same
            """
                + """
                c> . 1:5(4) ack 1 "abce"
                >c . 1:1(0) ack 5 <sack 1:5>
                """
                    .repeat(8)
                + """
                c> . 1:5(4) ack 1 "abce"
                nothing
                at 0.6s
                c> . 1:5(4) ack 1 "abce"
                >c . 1:1(0) ack 5 <sack 1:5>
                c> . 1:5(4) ack 1 "abce"
                nothing
                c> . 3:3(0) ack 1
                >s . 4:4(0) ack 1
                """);
  }
}
