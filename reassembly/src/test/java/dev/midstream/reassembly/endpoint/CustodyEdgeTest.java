package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The edge of custody: window, needs, probes, reports and FIN. */
class CustodyEdgeTest {

  @Test
  @DisplayName("H-9 law 3 octets SACKed at the custody edge are acknowledged with it")
  void takesOctetsSackedAtTheEdge() {
    TestEngine.inline(HoldingAgents.needing(5))
        .open(
            InCustody.HELD
                + """
                c> . 5:9(4) ack 1 "NOOP"
                >s . 1:9(8) ack 1 "QUITNOOP"
                s> . 1:1(0) ack 1 <sack 5:7>
                >c . 1:1(0) ack 7
                s> . 1:1(0) ack 1 <sack 5:7>
                s> . 1:1(0) ack 9
                >c . 1:1(0) ack 9
                """);
  }

  @Test
  @DisplayName("ACK-3 H-9 law 3 the engine reports no octets beyond the window it has shown")
  void reportsWithinTheWindow() {
    TestEngine.inline(LineAgents.passing())
        .run(
            Opening.of("win 65535 <mss 1460,sackOK>", "win 10 <mss 1460,sackOK>", "")
                + """
                c> . 5:15(10) ack 1
                >c . 1:1(0) ack 1 win 10 <sack 5:11>
                """);
  }

  @Test
  @DisplayName("H-9 law 3 octets SACKed behind a long edit are acknowledged with it at once")
  void takesOctetsSackedBehindALongEdit() {
    String segment = "b".repeat(100);
    StringBuilder most = new StringBuilder();
    for (int at = 1; at < 4_500; at += 100) {
      most.append(">s . %d:%d(100) ack 1 \"%s\"\n".formatted(at, at + 100, segment));
    }
    String script =
        """
        s> . 1:2(1) ack 1 "a"
        >c . 1:101(100) ack 1 "SEGMENT"
        c> . 1:2(1) ack 1 win 100 "a"
        MOST
        c> . 2:5(3) ack 1 win 100 "xyz"
        >s . 4501:4601(100) ack 1 "SEGMENT"
        >s . 4601:4604(3) ack 1 "xyz"
        s> . 2:2(0) ack 1 <sack 4601:4604>
        >c . 101:101(0) ack 1 <sack 2:5>
        c> . 1:2(1) ack 101 win 100 "a"
        MOST
        >c . 101:189(88) ack 5
        >c . 189:201(12) ack 5
        """;
    TestEngine.inline("a", segment.repeat(46))
        .run(
            Opening.of("win 100 <mss 100,sackOK>", "<mss 100,sackOK>", "win 100")
                + script.replace("MOST", most).replace("SEGMENT", segment));
  }

  @Test
  @DisplayName("H-3 law 3 an ACK that stays within vouched octets is moved to their end")
  void movesAnAckBeyondSackedOctets() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 3:5(2) ack 1 "b\\n"
            >c . 1:1(0) ack 1 <sack 3:5>
            c> . 1:3(2) ack 1 "a\\n"
            >s . 1:5(4) ack 1 "a\\nb\\n"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 5 win 65534
            at 0.3s
            nothing
            """);
  }

  /** Skips eight octets, then holds up to the end of a line. */
  private static LambdaAgent skipThenLine() {
    return LambdaAgent.withState((state, direction, view, out) -> {
      if (direction == Direction.SERVER_TO_CLIENT) {
        SimpleAgents.pass(view, out);
        return state;
      }
      if (state == 0) {
        out.skip(8);
        return 1;
      }
      int end = SimpleAgents.text(view).lastIndexOf('\n') + 1;
      if (end > 0) {
        out.pass(end);
      }
      return state;
    });
  }

  @Test
  @DisplayName("law 3 custody waits until no opaque octets before it can be missing")
  void takesNothingAfterAnOpaqueGap() {
    TestEngine.inline(skipThenLine())
        .open(
            """
            c> . 1:3(2) ack 1
            >s same
            c> . 5:9(4) ack 1
            >s same
            c> . 9:12(3) ack 1 "abc"
            at 5s
            nothing
            c> . 3:5(2) ack 1
            >s same
            s> . 1:1(0) ack 9
            >c . 1:1(0) ack 9
            >c . 1:1(0) ack 12
            """);
  }

  @Test
  @DisplayName("T-5 H-14 an agent that needs more octets than the window gets them")
  void extendsTheWindowForANeed() {
    TestEngine.inline(HoldingAgents.needing(54))
        .run(
            Opening.window(30)
                + """
                c> . 1:31(30) ack 1
                >c . 1:1(0) ack 31 win 24
                c> . 31:55(24) ack 1
                >s . 1:31(30) ack 1
                s> . 1:1(0) ack 31 win 30
                >c . 1:1(0) ack 31 win 30
                >s . 31:55(24) ack 1
                s> . 1:1(0) ack 55 win 30
                >c . 1:1(0) ack 55 win 30
                """);
  }

  @Test
  @DisplayName(
      "H-14 decided octets that came beyond the receiver's edge are taken before a timeout")
  void takesDecidedOctetsBeyondTheReceiversEdge() {
    Engine engine =
        TestEngine.inline(HoldingAgents.needing(54))
            .run(
                Opening.window(30)
                    + """
                    c> . 1:31(30) ack 1
                    >c . 1:1(0) ack 31 win 24
                    c> . 31:55(24) ack 1
                    >s . 1:31(30) ack 1
                    at 0.010s
                    s> . 1:1(0) ack 31 win 0
                    at 0.019s
                    nothing
                    at 0.020s
                    >c . 1:1(0) ack 55 win 0
                    """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-14 H-17 octets that follow those are taken after a delay of their own")
  void takesLaterOctetsBeyondTheReceiversEdge() {
    TestEngine.inline(LineAgents.passing())
        .run(
            Opening.window(30)
                + """
                c> . 1:31(30) ack 1 "%s"
                >c . 1:1(0) ack 31 win 30
                c> . 31:52(21) ack 1 "%s\\n"
                >s . 1:31(30) ack 1
                at 0.010s
                s> . 1:1(0) ack 31 win 0
                at 0.019s
                nothing
                at 0.020s
                >c . 1:1(0) ack 52 win 9
                at 0.150s
                c> . 52:61(9) ack 1 "12345678\\n"
                at 0.169s
                nothing
                at 0.170s
                >c . 1:1(0) ack 61 win 0
                """
                    .formatted("a".repeat(30), "b".repeat(20)));
  }

  @Test
  @DisplayName("T-6 H-15 probes of a zero window are not acknowledged octet by octet")
  void doesNotAcknowledgeWindowProbes() {
    TestEngine.inline(LineAgents.passing())
        .run(
            Opening.window(3)
                + """
                c> . 1:4(3) ack 1 "ab\\n"
                >s . 1:4(3) ack 1 "ab\\n"
                s> . 1:1(0) ack 4 win 0
                >c . 1:1(0) ack 4 win 0
                c> . 4:5(1) ack 1 "Q"
                >s . 3:3(0) ack 1
                s> . 1:1(0) ack 4 win 0
                >c . 1:1(0) ack 4 win 0
                at 10.0s
                c> . 4:5(1) ack 1 "Q"
                >s . 3:3(0) ack 1
                s> . 1:1(0) ack 4 win 10
                >c . 1:1(0) ack 4 win 10
                c> . 4:7(3) ack 1 "QU\\n"
                >s . 4:7(3) ack 1 "QU\\n"
                """);
  }

  @Test
  @DisplayName("H-16 an edit that straddles the custody edge is retransmitted by the sender")
  void straddlingEditStaysWithTheSender() {
    Engine engine =
        TestEngine.inline(SimpleAgents.replacing("0123456789", "abcde").withoutFlush())
            .open(
                """
                c> . 1:5(4) ack 1 "0123"
                at 0.100s
                >c . 1:1(0) ack 5
                c> . 5:11(6) ack 1 "456789"
                >s . 1:6(5) ack 1 "abcde"
                at 50.0s
                nothing
                c> . 5:11(6) ack 1 "456789"
                >s . 1:6(5) ack 1 "abcde"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 11
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isZero();
  }

  @Test
  @DisplayName("H-16 law 11 a reply before an edit that straddles the edge stays the engine's")
  void repliesBeforeAStraddlingEditStayOwned() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (direction == Direction.SERVER_TO_CLIENT) {
                SimpleAgents.pass(view, out);
                out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("hi"));
              } else if (view.length() == 10) {
                out.replace(10, Octets.ofText("abcde"));
              }
            }))
        .open(
            """
            c> . 1:5(4) ack 1 "0123"
            at 0.100s
            >c . 1:1(0) ack 5
            s> . 1:2(1) ack 1 "x"
            >c . 1:2(1) ack 5 "x"
            >s P. 1:3(2) ack 1 "hi"
            c> . 5:11(6) ack 2 "456789"
            >s . 3:8(5) ack 2 "abcde"
            at 1.1s
            >s P. 1:3(2) ack 2 "hi"
            s> . 2:2(0) ack 3
            >c . 2:2(0) ack 5 win 65535
            at 50.0s
            nothing
            c> . 5:11(6) ack 2 "456789"
            >s . 3:8(5) ack 2 "abcde"
            """);
  }

  @Test
  @DisplayName("H-17 a delayed ACK of the receiver does not lengthen the custody delay")
  void usesTheShortestRecentRoundTrip() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:3(2) ack 1 "x\\n"
            >s . 1:3(2) ack 1 "x\\n"
            at 0.030s
            s> . 1:1(0) ack 3
            >c . 1:1(0) ack 3
            c> . 3:5(2) ack 1 "x\\n"
            >s . 3:5(2) ack 1 "x\\n"
            at 0.200s
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 5
            c> . 5:7(2) ack 1 "QU"
            at 0.233s
            nothing
            at 0.234s
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("H-23 octets that wait for a zero window are taken when retransmitted again")
  void takesRetransmittedOctetsThatWaitForTheWindow() {
    Engine engine =
        TestEngine.inline("cat", "elephant")
            .run(
                Opening.window(3)
                    + """
                    c> . 1:4(3) ack 1 "cat"
                    >s . 1:4(3) ack 1 "ele"
                    s> . 1:1(0) ack 4 win 0
                    at 1.0s
                    c> . 1:4(3) ack 1 "cat"
                    >s . 3:3(0) ack 1
                    >c . 1:1(0) ack 1 win 3
                    s> . 1:1(0) ack 4 win 0
                    nothing
                    at 3.0s
                    c> . 1:4(3) ack 1 "cat"
                    >s . 3:3(0) ack 1
                    >c . 1:1(0) ack 4 win 0
                    """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
  }

  @Test
  @DisplayName("H-23 a FIN that waits after octets in custody is answered when retransmitted")
  void acknowledgesARetransmittedWaitingFin() {
    TestEngine.inline("cat", "elephant")
        .run(
            Opening.window(3)
                + """
                c> F. 1:4(3) ack 1 "cat"
                >s . 1:4(3) ack 1 "ele"
                s> . 1:1(0) ack 4 win 0
                at 1.0s
                c> F. 4:4(0) ack 1
                >c . 1:1(0) ack 1 win 3
                c> F. 4:4(0) ack 1
                >c . 1:1(0) ack 1 win 3
                s> . 1:1(0) ack 4 win 9
                >c . 1:1(0) ack 1 win 7
                >s F. 4:9(5) ack 1 "phant"
                """);
  }

  @Test
  @DisplayName("H-20 a FIN is not acknowledged before the receiver has it, and leaves last")
  void neverAcknowledgesAFinByItself() {
    TestEngine.inline(HoldingAgents.needing(54))
        .run(
            Opening.window(2)
                + """
                c> . 1:3(2) ack 1 "QU"
                >c . 1:1(0) ack 3 win 52
                c> F. 3:5(2) ack 1 "IT"
                >s . 1:3(2) ack 1 "QU"
                s> . 1:1(0) ack 3 win 1
                >s . 3:4(1) ack 1 "I"
                s> . 1:1(0) ack 4 win 1
                >c . 1:1(0) ack 4
                >s F. 4:5(1) ack 1 "T"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 6
                """);
  }

  @Test
  @DisplayName("H-9 of several SACKed ranges the one at the custody edge is acknowledged with it")
  void takesTheSackedRangeAtTheEdge() {
    TestEngine.inline(HoldingAgents.needing(5))
        .open(
            InCustody.HELD
                + """
                c> . 5:13(8) ack 1 "NOOPNOOP"
                >s . 1:13(12) ack 1 "QUITNOOPNOOP"
                s> . 1:1(0) ack 1 <sack 2:3 5:7 9:10>
                >c . 1:1(0) ack 5 <sack 9:10>
                >c . 1:1(0) ack 7 <sack 9:10>
                >s P. 1:2(1) ack 1 "Q"
                s> . 1:1(0) ack 13
                >c . 1:1(0) ack 13
                """);
  }
}
