package dev.midstream.reassembly.traps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.Lines;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Traps of delaying segments and of acknowledging in another's name, packet by packet. */
class DelayingTrapsTest {
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
  @DisplayName("H-1 what waited behind a gap leaves with the newest time stamp of its end")
  void delayedSegmentsCarryTheNewestTimestamp() {
    TestEngine.inline(Rules.passing())
        .run(
            Opening.stamped(1, 500, 2)
                + """
                c> . 11:21(10) ack 1 <TS 11/500>
                >c . 1:1(0) ack 1 <TS 500/2>
                c> . 31:41(10) ack 1 <TS 12/500>
                >c . 1:1(0) ack 1 <TS 500/2>
                c> . 1:11(10) ack 1 <TS 40/500>
                >s . 1:21(20) ack 1 <TS 40/500>
                c> . 21:31(10) ack 1 <TS 41/500>
                >s . 21:41(20) ack 1 <TS 41/500>
                """);
  }

  @Test
  @DisplayName("H-4 acknowledgement and window of a held segment leave at once, if they are news")
  void feedbackOfAHeldSegmentLeavesAtOnce() {
    TestEngine.inline(Lines.passed())
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
  @DisplayName("H-4 fifty delayed segments make no fifty acknowledgements of the other direction")
  void delayedSegmentsAcknowledgeOnce() {
    StringBuilder script = new StringBuilder(Opening.PLAIN);
    script.append("s> . 1:11(10) ack 1\n>c . 1:11(10) ack 1\n");
    script.append("c> . 11:21(10) ack 11\n>s . 1:1(0) ack 11\n>c . 11:11(0) ack 1\n");
    for (int at = 21; at < 511; at += 10) {
      script.append("c> . ").append(at).append(':').append(at + 10).append("(10) ack 11\n");
      script.append(">c . 11:11(0) ack 1\n");
    }
    TestEngine.inline(Rules.passing()).run(script.toString());
  }

  @Test
  @DisplayName(
      "T-2 H-5 a delayed segment leaves with the newest acknowledgement and window of its" + " end")
  void delayedSegmentsCarryTheNewestFeedback() {
    TestEngine.inline(Rules.passing())
        .outOfOrder(Policies.OutOfOrder.DELAY_SINGLE)
        .open(
            """
            s> . 1:81(80) ack 1
            >c . 1:81(80) ack 1
            c> . 11:21(10) ack 41 win 40000
            >s . 1:1(0) ack 41
            >c . 81:81(0) ack 1 <sack 11:21>
            c> . 1:1(0) ack 81 win 65535
            >s . 1:1(0) ack 81 win 65535
            c> . 1:11(10) ack 81 win 65535
            >s . 1:11(10) ack 81 win 65535
            >s . 11:21(10) ack 81 win 65535
            """);
  }

  @Test
  @DisplayName("H-6 acknowledgements inside the output of an edit are no duplicates at the sender")
  void acknowledgementsInsideAnEditAreAbsorbed() {
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
  @DisplayName("H-6 a window update that tells the sender nothing is no duplicate at it either")
  void windowUpdatesWithoutNewsAreAbsorbed() {
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
  @DisplayName("H-7 a deleted segment behind a loss is answered with a block over its octets")
  void deletedSegmentsAreReported() {
    TestEngine.inline(Rules.replace("x", "").withoutFlush())
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
  @DisplayName("H-8 a report of all output of a segment covers the segment with what was deleted")
  void reportsIncludeNeighbouringDeletions() {
    TestEngine.inline("x", "")
        .open(
            """
            c> . 1:5(4) ack 1 "abcd"
            >s . 1:5(4) ack 1 "abcd"
            c> . 5:9(4) ack 1 "xefx"
            >s . 5:7(2) ack 1 "ef"
            c> . 9:11(2) ack 1 "gh"
            >s . 7:9(2) ack 1 "gh"
            s> . 1:1(0) ack 1 <sack 5:7>
            >c . 1:1(0) ack 1 <sack 5:9>
            """);
  }

  @Test
  @DisplayName("H-9 an ordinary block below what is shown does not become a D-SACK")
  void blocksAreClippedAtWhatIsShown() {
    TestEngine.inline(Lines.passed())
        .open(
            """
            c> . 1:4(3) ack 1 "ab\\n"
            >s . 1:4(3) ack 1 "ab\\n"
            c> . 4:7(3) ack 1 "cd\\n"
            >s . 4:7(3) ack 1 "cd\\n"
            c> . 7:9(2) ack 1 "QU"
            at 0.100s
            >c . 1:1(0) ack 9
            s> . 1:1(0) ack 1 win 65000 <sack 4:7>
            nothing
            """);
  }

  @Test
  @DisplayName("H-9 a D-SACK for what the engine repeated is not the sender's")
  void reportsOfTheEnginesRepetitionsAreAbsorbed() {
    Engine engine =
        TestEngine.inline(Lines.passed())
            .open(
                """
                c> . 1:3(2) ack 1 "QU"
                at 0.100s
                >c . 1:1(0) ack 3
                c> . 3:5(2) ack 1 "I\\n"
                >s . 1:5(4) ack 1 "QUI\\n"
                at 1.100s
                >s P. 1:3(2) ack 1 "QU"
                s> . 1:1(0) ack 5
                >c . 1:1(0) ack 5 <>
                s> . 1:1(0) ack 5 <sack 1:3>
                nothing
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isOne();
  }

  @Test
  @DisplayName(
      "H-10 a D-SACK behind the acknowledgement is still mapped, its edits are kept a while")
  void reportsOfDuplicatesAreMappedBehindTheAcknowledgement() {
    TestEngine.inline("cat", "mouse")
        .open(
            """
            c> . 1:4(3) ack 1 "cat"
            >s . 1:6(5) ack 1 "mouse"
            c> . 4:7(3) ack 1 "dog"
            >s . 6:9(3) ack 1 "dog"
            s> . 1:1(0) ack 9
            >c . 1:1(0) ack 7
            s> . 1:1(0) ack 9 <sack 6:9>
            >c . 1:1(0) ack 7 <sack 4:7>
            """);
  }

  @Test
  @DisplayName(
      "H-11 what waited behind a gap leaves two segments at a time, then over half a round trip")
  void aFilledGapIsNoBurst() {
    StringBuilder script = new StringBuilder(Opening.PLAIN);
    script.append("c> . 1:1461(1460) ack 1\n>s . 1:1461(1460) ack 1\n");
    script.append("at 0.080s\ns> . 1:1(0) ack 1461\n>c . 1:1(0) ack 1461\n");
    for (int i = 2; i < 12; i++) {
      script.append("c> ").append(segment(i)).append(">c . 1:1(0) ack 1461\n");
    }
    script.append("c> ").append(segment(1));
    appendLeaving(script, 1, 4);
    script.append("s> . 1:1(0) ack 2921\n>c . 1:1(0) ack 17521\n");
    appendLeaving(script, 4, 6);
    script.append("at 0.093s\nnothing\nat 0.094s\n");
    appendLeaving(script, 6, 8);
    script.append("at 0.107s\n");
    appendLeaving(script, 8, 10);
    script.append("at 0.120s\n");
    appendLeaving(script, 10, 12);
    TestEngine.inline(Rules.passing()).run(script.toString());
  }

  @Test
  @DisplayName("H-12 the answer to a probe by the engine is no duplicate at the sender")
  void answersToTheEngineAreAbsorbed() {
    Engine engine =
        TestEngine.inline(Lines.denied("ask", "an answer\n"))
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
  @DisplayName("H-13 what is thrown away behind a gap is answered without a block")
  void discardedSegmentsAreNotReported() {
    TestEngine.inline(Rules.passing())
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

  private static void appendLeaving(StringBuilder script, int from, int to) {
    for (int i = from; i < to; i++) {
      script.append(">s ").append(segment(i));
    }
  }

  private static String segment(int index) {
    int start = 1 + 1460 * index;
    return ". " + start + ":" + (start + 1460) + "(1460) ack 1\n";
  }
}
