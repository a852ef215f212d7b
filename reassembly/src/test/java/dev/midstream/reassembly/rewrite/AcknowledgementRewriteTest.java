package dev.midstream.reassembly.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AcknowledgementRewriteTest {
  /** [0,5) became 2 octets, [8,10) became 6, [10,13) was deleted. */
  private static final String SENT =
      """
      c> . 1:17(16) ack 1 "Hello, xOKbye123"
      >s . 1:15(14) ack 1 "Hi, xokayed123"
      """;

  private static TestEngine inline() {
    return TestEngine.inline("Hello", "Hi", "OK", "okayed", "bye", "");
  }

  @Test
  @DisplayName(
      "C-25 C-26 C-27 an ACK at every octet: monotonic, and never beyond the octets received")
  void mapsEveryAcknowledgement() {
    inline()
        .open(
            SENT
                + """
                s> . 1:1(0) ack 2 win 65534
                s> . 1:1(0) ack 3 win 65533
                >c . 1:1(0) ack 6 win 65532
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 9 win 65534
                s> . 1:1(0) ack 11 win 65530
                s> . 1:1(0) ack 12
                >c . 1:1(0) ack 14
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 14
                s> . 1:1(0) ack 15
                >c . 1:1(0) ack 17
                """);
  }

  @Test
  @DisplayName("C-26 H-26 a deletion decided after the ACK before it is acknowledged at once")
  void acknowledgesALateDeletion() {
    TestEngine.inline("x", "")
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            s> . 1:1(0) ack 3
            >c same
            c> . 3:5(2) ack 1 "xx"
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName(
      "H-17 H-26 the receiver's ACK of octets after a deletion covers it, no earlier segment of it")
  void leavesTheAckOfADeletionToTheReceiver() {
    TestEngine.inline("x", "")
        .open(
            """
            c> . 1:3(2) ack 1 "xb"
            >s . 1:2(1) ack 1 "b"
            at 0.600s
            nothing
            s> P. 1:3(2) ack 1 "no"
            >c P. 1:3(2) ack 1 "no"
            s> . 3:3(0) ack 2
            >c . 3:3(0) ack 3
            c> . 3:4(1) ack 3 "x"
            >s . 2:2(0) ack 3
            >c . 3:3(0) ack 4
            """);
  }

  @Test
  @DisplayName(
      "H-17 H-26 the ACK of a deletion that follows an acknowledged reply is the receiver's")
  void leavesTheAckOfADeletionAfterAReplyToTheReceiver() {
    LambdaAgent replying =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT) {
            out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("reply"));
            out.pass(view.length());
          } else {
            out.replace(1, Octets.empty());
            out.pass(view.length() - 1);
          }
        });
    TestEngine.inline(replying)
        .open(
            """
            s> . 1:2(1) ack 1 "?"
            >c . 1:2(1) ack 1 "?"
            >s P. 1:6(5) ack 1 "reply"
            s> . 2:2(0) ack 6
            c> . 1:3(2) ack 2 "xb"
            >s . 6:7(1) ack 2 "b"
            s> . 2:2(0) ack 7
            >c . 2:2(0) ack 3
            """);
  }

  @Test
  @DisplayName("H-17 H-26 the ACK of a deletion before a FIN is that of the FIN")
  void leavesTheAckOfADeletionBeforeAFinToTheReceiver() {
    TestEngine.inline("x", "")
        .open(
            """
            c> FP. 1:2(1) ack 1 "x"
            >s FP. 1:1(0) ack 1
            at 0.600s
            nothing
            s> . 1:1(0) ack 2
            >c . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("C-30 an ACK recorded before its data is counted, and editing continues")
  void acceptsAnAckBeforeItsData() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                s> . 1:1(0) ack 6
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 3
                """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
    assertThat(engine.counters().of(Reason.ABSORBED)).isOne();
  }

  @Test
  @DisplayName("C-25 a recorded ACK inside an edit maps to the start of its output")
  void mapsRecordedAcknowledgements() {
    TestEngine.of("Hello", "Hi", "x", "yyy")
        .open(
            """
            c> . 1:7(6) ack 1 "Hellox"
            >s . 1:6(5) ack 1 "Hiyyy"
            s> . 1:1(0) ack 3 win 900
            >c . 1:1(0) ack 1 win 900
            s> . 1:1(0) ack 6 win 800 <sack 1:3 6:7>
            >c . 1:1(0) ack 3 win 800 <sack 3:6>
            s> . 1:1(0) ack 7 win 700
            >c . 1:1(0) ack 6 win 700
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 6
            """);
  }

  @Test
  @DisplayName("C-29 H-31 an ACK beyond the released octets is counted and refused")
  void refusesAnAckOfUnreleasedOctets() {
    Engine engine =
        inline()
            .open(
                SENT
                    + """
                    s> . 1:1(0) ack 99
                    >s . 15:15(0) ack 1
                    s> . 1:1(0) ack 15
                    >c . 1:1(0) ack 17
                    """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
  }

  @Test
  @DisplayName("H-30 a pure ACK has the sequence number after the released octets")
  void pureAckHasTheReleasedSequenceNumber() {
    TestEngine.of(
            LambdaAgent.onClient((view, out) -> {
              if (view.length() > 3) {
                out.replace(view.length(), Octets.ofText("done"));
              }
            }))
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            s> . 1:2(1) ack 1 "x"
            >c . 1:2(1) ack 1 "x"
            c> . 4:4(0) ack 2
            >s . 1:1(0) ack 2
            c> . 4:5(1) ack 2 "d"
            >s . 1:5(4) ack 2 "done"
            c> . 5:5(0) ack 2
            >s . 5:5(0) ack 2
            """);
  }

  @Test
  @DisplayName(
      "H-50 C-19 both directions are edited: an ACK maps by the commands of the other direction")
  void mapsByTheCommandsOfTheOtherDirection() {
    TestEngine.inline("Hello", "Hi", "Bye", "Goodbye")
        .open(
            """
            c> . 1:3(2) ack 1 "He"
            s> . 1:4(3) ack 1 "Bye"
            >c . 1:8(7) ack 1 "Goodbye"
            c> . 3:6(3) ack 8 "llo"
            >s . 1:3(2) ack 4 "Hi"
            s> . 4:7(3) ack 3 "Bye"
            >c . 8:15(7) ack 6 "Goodbye"
            c> . 6:6(0) ack 10
            nothing
            c> . 6:6(0) ack 15
            >s . 3:3(0) ack 7
            """);
  }

  /** One octet has become 3,000. */
  private static final String GROWN =
      Opening.PLAIN
          + """
          c> . 1:2(1) ack 1 "x"
          >s . 1:537(536) ack 1
          >s . 537:1073(536) ack 1
          >s . 1073:1609(536) ack 1
          >s . 1609:2145(536) ack 1
          >s . 2145:2681(536) ack 1
          >s . 2681:3001(320) ack 1
          """;

  private static TestEngine growing() {
    return TestEngine.inline("x", "y".repeat(3_000));
  }

  @Test
  @DisplayName("H-4 a new ACK or window of a held segment leaves at once")
  void forwardsTheAckOfAHeldSegment() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:3(2) ack 1 "x\\n"
            >s . 1:3(2) ack 1 "x\\n"
            s> . 1:10(9) ack 3 "220 hello"
            >c . 1:1(0) ack 3
            s> . 10:12(2) ack 3 "!!"
            nothing
            """);
  }

  @Test
  @DisplayName("H-4 fifty delayed segments forward their ACK once")
  void forwardsTheAckOfDelayedSegmentsOnce() {
    StringBuilder script = new StringBuilder(Opening.PLAIN);
    script.append("s> . 1:11(10) ack 1\n>c . 1:11(10) ack 1\n");
    script.append("c> . 11:21(10) ack 11\n>s . 1:1(0) ack 11\n>c . 11:11(0) ack 1\n");
    for (int at = 21; at < 511; at += 10) {
      script.append("c> . ").append(at).append(':').append(at + 10).append("(10) ack 11\n");
      script.append(">c . 11:11(0) ack 1\n");
    }
    TestEngine.inline(SimpleAgents.passing()).run(script.toString());
  }

  @Test
  @DisplayName("H-6 ACKs inside the output of an edit are no duplicate ACKs at the sender")
  void absorbsAcksInsideAnEdit() {
    Engine engine =
        growing()
            .run(
                GROWN
                    + """
                    s> . 1:1(0) ack 1073 win 64463
                    s> . 1:1(0) ack 2145 win 63391
                    nothing
                    s> . 1:1(0) ack 3001 win 65535
                    >c . 1:1(0) ack 2
                    """);
    assertThat(engine.counters().of(Reason.ABSORBED)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-6 a window update without effect is no duplicate ACK at the sender")
  void absorbsWindowUpdatesWithoutEffect() {
    growing()
        .run(
            GROWN
                + """
                s> . 1:1(0) ack 1073 win 60000
                s> . 1:1(0) ack 1073 win 61000
                s> . 1:1(0) ack 1073 win 62000
                s> . 1:1(0) ack 1073 win 63000
                nothing
                """);
  }

  @Test
  @DisplayName("H-12 the ACK of a retransmission by the engine is no duplicate ACK at the sender")
  void absorbsAcksOfEngineRetransmissions() {
    Engine engine =
        TestEngine.inline(LineAgents.denying("ask", "an answer\n"))
            .run(
                Opening.PLAIN
                    + """
                    c> . 1:5(4) ack 1 win 0 "ask\\n"
                    >c . 1:1(0) ack 5
                    at 1.0s
                    >c . 0:0(0) ack 5
                    c> . 5:5(0) ack 1 win 0
                    nothing
                    c> . 5:5(0) ack 1 win 0
                    >s . 1:1(0) ack 1
                    """);
    assertThat(engine.counters().of(Reason.ABSORBED)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-25 an insertion after an edit belongs to the next octet")
  void insertionBelongsToTheNextOctet() {
    LetterEdits.inline()
        .open(
            """
            c> . 1:4(3) ack 1 "a+b"
            >s . 1:9(8) ack 1 "aPLUS!!b"
            c> . 3:4(1) ack 1 "b"
            >s . 6:9(3) ack 1 "!!b"
            c> . 2:3(1) ack 1 "+"
            >s . 2:6(4) ack 1 "PLUS"
            s> . 1:1(0) ack 6 win 65530
            >c . 1:1(0) ack 3 win 65533
            s> . 1:1(0) ack 7 win 65529
            s> . 1:1(0) ack 8 win 65528
            nothing
            s> . 1:1(0) ack 9 win 65527
            >c . 1:1(0) ack 4 win 65532
            """);
  }

  @Test
  @DisplayName("C-29 an acknowledgement of the FIN of a recording is none of unsent octets")
  void acceptsTheAcknowledgementOfARecordedFin() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> F. 1:6(5) ack 1 "Hello"
                >s F. 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 7
                >c . 1:1(0) ack 4
                """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isZero();
    Scripts.of(engine).run("s> . 1:1(0) ack 8\n");
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
  }

  @Test
  @DisplayName("C-36 HDP-16 an ACK beside a FIN that waits counts the octets of edits, not the FIN")
  void countsNoFinThatWaits() {
    TestEngine.inline("a", "bbbb")
        .run(
            Opening.window(11)
                + """
                c> . 1:11(10) ack 1 "adddddddee"
                >s . 1:12(11) ack 1 "bbbbddddddd"
                c> F. 11:11(0) ack 1
                s> . 1:1(0) ack 12 win 11
                >c . 1:1(0) ack 9 win 11
                >s F. 12:14(2) ack 1 "ee"
                """);
  }
}
