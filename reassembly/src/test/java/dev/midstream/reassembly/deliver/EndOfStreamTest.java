package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EndOfStreamTest {
  /** Inserts a mark after the last octet. */
  private static LambdaAgent trailing() {
    return LambdaAgent.by((direction, view, out) -> {
      SimpleAgents.pass(view, out);
      if (view.endOfStream()) {
        out.replace(0, Octets.ofText("!"));
      }
    });
  }

  @Test
  @DisplayName("C-35 the agent is shown the end of stream once, with or without octets")
  void showsTheEndOfStreamOnce() {
    TestEngine.of(trailing())
        .open(
            """
            c> FP. 1:4(3) ack 1 "abc"
            >s FP. 1:5(4) ack 1 "abc!"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 6
            s> F. 1:1(0) ack 5
            >c F. 1:2(1) ack 6 "!"
            """);
  }

  @Test
  @DisplayName("C-35 held octets are decided at the end of stream, and FIN leaves after them")
  void decidesHeldOctetsAtTheEnd() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> . 1:4(3) ack 1 "Hel"
                c> F. 4:4(0) ack 1
                >s F. 1:4(3) ack 1 "Hel"
                """);
    assertThat(engine.counters().of(Reason.HELD)).isPositive();
    assertThat(engine.counters().of(Reason.END_OF_STREAM)).isEqualTo(1);
  }

  @Test
  @DisplayName("C-35 an end of stream without held octets is not counted")
  void countsNoEndOfStreamWithoutHeldOctets() {
    Engine engine =
        TestEngine.of(SimpleAgents.replacing("Hello", "Hi"))
            .open(
                """
                c> . 1:4(3) ack 1 "Hel"
                c> P. 4:7(3) ack 1 "lo!"
                >s P. 1:4(3) ack 1 "Hi!"
                c> FP. 7:10(3) ack 1 "Hel"
                >s FP. 4:7(3) ack 1 "Hel"
                s> F. 1:1(0) ack 11
                >c F. 1:1(0) ack 8
                """);
    assertThat(engine.counters().of(Reason.END_OF_STREAM)).isZero();
  }

  @Test
  @DisplayName("C-35 C-5 a retransmission with FIN releases the held octets from their start")
  void retransmittedFinReleasesHeldOctets() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> . 1:3(2) ack 1 "He"
            c> . 3:4(1) ack 1 "l"
            c> F. 3:4(1) ack 1 "l"
            >s F. 1:4(3) ack 1 "Hel"
            """);
  }

  @Test
  @DisplayName("C-36 a FIN that arrives early leaves when the stream before it is complete")
  void finWaitsForEarlierOctets() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> F. 6:6(0) ack 1
            c> P. 1:6(5) ack 1 "Hello"
            >s FP. 1:3(2) ack 1 "Hi"
            c> F. 6:6(0) ack 1
            >s F. 3:3(0) ack 1
            c> FP. 1:6(5) ack 1 "Hello"
            >s FP. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 4
            """);
  }

  @Test
  @DisplayName("C-36 C-69 a FIN after a gap that is never filled leaves at the end of the input")
  void finAfterAGapLeavesAtTheEndOfInput() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            c> F. 9:9(0) ack 1
            end
            >s F. 6:6(0) ack 1
            """);
  }

  @Test
  @DisplayName("C-69 a gap before an acknowledged FIN is given up after a second")
  void givesUpAGapBeforeAnAcknowledgedFin() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:3(2) ack 1 "Hi"
                c> F. 9:9(0) ack 1
                s> . 1:1(0) ack 10
                >c . 1:1(0) ack 3
                at 0.9s
                nothing
                at 1.1s
                >s F. 6:6(0) ack 1
                s> . 1:1(0) ack 10
                >c . 1:1(0) ack 7
                """);
    assertThat(engine.counters().of(Reason.GAP)).isOne();
  }

  @Test
  @DisplayName("C-36 a connection with a waiting FIN does not become untouched")
  void waitingFinKeepsTheConnectionEdited() {
    TestEngine.of(LambdaAgent.by((direction, view, out) -> out.skipRest()))
        .open(
            """
            s> . 1:2(1) ack 1
            >c same
            c> F. 9:9(0) ack 2
            >s . 1:1(0) ack 2
            c> . 1:6(5) ack 2
            >s same
            c> . 6:9(3) ack 2
            >s F. 6:9(3) ack 2
            """);
  }

  @Test
  @DisplayName("C-36 a FIN retransmitted with acknowledged octets leaves without them")
  void retransmitsFinWithoutAcknowledgedOctets() {
    TestEngine.inline("cat", "mouse")
        .open(
            """
            c> F. 1:4(3) ack 1 "cat"
            >s F. 1:6(5) ack 1 "mouse"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 4
            c> F. 1:4(3) ack 1 "cat"
            >s F. 6:6(0) ack 1
            """);
  }

  @Test
  @DisplayName(
      "T-8 H-32 C-18 a deleted stream ends with FIN at offset 0, acknowledged by the" + " receiver")
  void endsADeletedStream() {
    LetterEdits.inline()
        .run(
            Opening.window(1000)
                + """
                c> . 1:4(3) ack 1 "ddd"
                >c . 1:1(0) ack 4
                c> F. 4:4(0) ack 1
                >s F. 1:1(0) ack 1
                s> . 1:1(0) ack 1 win 999
                nothing
                c> F. 4:4(0) ack 1
                >s F. 1:1(0) ack 1
                s> . 1:1(0) ack 2 win 1000
                >c . 1:1(0) ack 5
                """);
  }

  @Test
  @DisplayName("C-36 a recorded segment across the FIN is refused, one after it keeps its distance")
  void refusesARecordedSegmentAcrossTheFin() {
    TestEngine.of("cat", "mouse")
        .open(
            """
            c> F. 1:4(3) ack 1 "cat"
            >s F. 1:6(5) ack 1 "mouse"
            c> . 2:8(6) ack 1
            nothing
            c> . 5:8(3) ack 1
            >s . 7:10(3) ack 1
            """);
  }

  @Test
  @DisplayName("C-36 H-41 a FIN behind a gap is none at the number of an octet that was seen")
  void ignoresAFinAtASeenOctet() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .open(
                """
                c> . 11:21(10) ack 1
                >c . 1:1(0) ack 1 <sack 11:21>
                c> F. 13:15(2) ack 1
                >c . 1:1(0) ack 1 <sack 11:21>
                c> . 1:11(10) ack 1
                >s . 1:21(20) ack 1
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
  }
}
