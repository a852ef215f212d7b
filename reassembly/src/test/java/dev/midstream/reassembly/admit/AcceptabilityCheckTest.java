package dev.midstream.reassembly.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A segment that its receiver would drop is not a first copy and changes no state. */
class AcceptabilityCheckTest {
  private static final String TIMED =
      Opening.of(
          "win 1000 <mss 1460,TS 10/0>", "win 1000 <mss 1460,TS 900/10>", "win 1000 <TS 20/900>");

  private static final String PLAIN =
      Opening.of("win 1000 <mss 1460>", "win 1000 <mss 1460>", "win 1000");

  private static TestEngine inline() {
    return TestEngine.inline("Hello", "Hi");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 1_000, 70_000})
  @DisplayName("H-41 C-29 octets that acknowledge unsent data are not a first copy")
  void refusesOctetsThatAcknowledgeUnsentData(int ack) {
    Engine engine =
        inline()
            .run(
                PLAIN
                    + "c> . 1:6(5) ack %d win 1000 \"Jello\"\n".formatted(ack)
                    + """
                    >c . 1:1(0) ack 1 win 1000
                    c> . 1:6(5) ack 1 win 1000 "Hello"
                    >s . 1:3(2) ack 1 win 1000 "Hi"
                    """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
  }

  @Test
  @DisplayName("H-41 octets with an acknowledgement older than any window are not a first copy")
  void refusesOctetsWithATooOldAcknowledgement() {
    Engine engine =
        inline()
            .run(
                PLAIN
                    + """
                    s> . 1:501(500) ack 1
                    >c same
                    c> . 1:1(0) ack 501 win 1000
                    >s same
                    c> . 1:6(5) ack -500 win 1000 "Jello"
                    >c . 501:501(0) ack 1
                    c> . 1:6(5) ack -499 win 1000 "Hello"
                    >s . 1:3(2) ack 501 win 1000 "Hi"
                    """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
  }

  @Test
  @DisplayName("H-41 octets without ACK are not a first copy: every receiver drops them")
  void refusesOctetsWithoutAck() {
    Engine engine =
        inline()
            .run(
                PLAIN
                    + """
                    c> P 1:6(5) win 1000 "Jello"
                    c> F 1:1(0) win 1000
                    nothing
                    c> . 1:6(5) ack 1 win 1000 "Hello"
                    >s . 1:3(2) ack 1 win 1000 "Hi"
                    """);
    assertThat(engine.counters().of(Reason.MALFORMED)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-41 a segment refused for its acknowledgement changes no timestamp and no window")
  void refusedSegmentChangesNoState() {
    inline()
        .run(
            TIMED
                + """
                c> . 1:6(5) ack 9 win 5 <TS 90000/900> "Jello"
                >c . 1:1(0) ack 1 win 1000 <TS 900/20>
                c> . 1:6(5) ack 1 win 1000 <TS 21/900> "Hello"
                >s . 1:3(2) ack 1 win 1000 <TS 21/900> "Hi"
                """);
  }

  @Test
  @DisplayName("H-41 unacceptable acknowledgements of a recording are counted and accepted")
  void acceptsAnyAcknowledgementOfARecording() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .run(
                PLAIN
                    + """
                    c> . 1:6(5) ack 99 win 1000 "Hello"
                    >s . 1:3(2) ack 1 win 1000 "Hi"
                    """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
  }

  @Test
  @DisplayName("H-41 an old segment changes no timestamp")
  void oldSegmentChangesNoTimestamp() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .run(
                TIMED
                    + """
                    c> . 1:1001(1000) ack 1 win 1000 <TS 21/900>
                    >s same
                    s> . 1:1(0) ack 1001 win 1000 <TS 901/21>
                    >c same
                    c> . -50000:-49999(1) ack 1 win 1000 <TS 1000000000/500>
                    >s . 1000:1000(0) ack 1 win 1000 <TS 21/900>
                    c> . 1001:1006(5) ack 1 win 1000 <TS 23/901> "Hello"
                    >s same
                    """);
    assertThat(engine.counters().of(Reason.PAWS)).isZero();
  }

  @Test
  @DisplayName("H-41 ACK-2 octets up to the advertised acknowledgement change no timestamp")
  void retransmissionChangesNoTimestamp() {
    TestEngine.inline(SimpleAgents.passing())
        .run(
            TIMED
                + """
                c> . 1:1001(1000) ack 1 win 1000 <TS 21/900>
                >s same
                s> . 1:1(0) ack 1001 win 1000 <TS 901/21>
                >c same
                c> . 1:1001(1000) ack 1 win 1000 <TS 30/901>
                >c . 1:1(0) ack 1001 win 1000 <TS 901/21>
                """);
  }

  @Test
  @DisplayName("C-12 a blind FIN outside the window has no effect")
  void ignoresABlindFin() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .open(
                """
                c> F. 900001:900001(0) ack 1
                >c . 1:1(0) ack 1
                c> F. 1:4(3) ack 1 "cat"
                >s F. 1:6(5) ack 1 "mouse"
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
  }

  @Test
  @DisplayName("C-12 H-41 a segment outside the window changes no timestamp and no acknowledgement")
  void segmentOutsideTheWindowChangesNoState() {
    TestEngine.inline("cat", "mouse")
        .run(
            Opening.stamped(100, 500, 101)
                + """
                s> . 1:4(3) ack 1 <TS 501/101> "xyz"
                >c same
                c> . 900001:900001(0) ack 4 <TS 90000/501>
                c> . 1:4(3) ack 1 <TS 102/501> "cat"
                >s . 1:6(5) ack 1 <TS 102/501> "mouse"
                """);
  }

  @Test
  @DisplayName("H-41 inline, a segment that fails PAWS at the receiver is not a first copy")
  void refusesSegmentsThatFailPaws() {
    Engine engine =
        TestEngine.inline("Hello", "Hi")
            .run(
                Opening.stamped(10, 900, 20)
                    + """
                    c> . 1:6(5) ack 1 win 65535 <TS 19/900> "Jello"
                    >c . 1:1(0) ack 1 <TS 900/20>
                    c> . 1:6(5) ack 1 win 65535 <TS 20/900> "Hello"
                    >s . 1:3(2) ack 1 win 65535 <TS 20/900> "Hi"
                    """);
    assertThat(engine.counters().of(Reason.PAWS)).isOne();
  }

  @Test
  @DisplayName("H-41 the number after a FIN at the right edge lies one beyond it and is acceptable")
  void acceptsTheNumberAfterAFinAtTheEdge() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .run(
                Opening.window(10)
                    + """
                    c> . 1:11(10) ack 1
                    >s same
                    c> F. 11:11(0) ack 1
                    >s same
                    s> . 1:5(4) ack 1 win 10 "data"
                    >c same
                    c> . 12:12(0) ack 5
                    >s same
                    """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isZero();
  }

  @Test
  @DisplayName("H-41 nothing of a segment more than a window below the acknowledgement is believed")
  void refusesSegmentsOlderThanAWindow() {
    StringBuilder script = new StringBuilder(Opening.PLAIN);
    int end = 1;
    for (; end < 66_000; end += 1_000) {
      script.append("c> . %d:%d(1000) ack 1%n>s same%n".formatted(end, end + 1_000));
      script.append("s> . 1:1(0) ack %d%n>c same%n".formatted(end + 1_000));
    }
    script.append("s> . 1:5(4) ack %d \"data\"%n>c same%n".formatted(end));
    script.append("c> . 1:2(1) ack 5 win 1%n>c . 5:5(0) ack %d%n".formatted(end));
    int oldest = end - 65_535;
    script.append("c> . %d:%d(0) ack 5%n".formatted(oldest, oldest));
    script.append(">s . %d:%d(0) ack 5%n".formatted(end - 1, end - 1));
    Engine engine = TestEngine.inline(SimpleAgents.passing()).run(script.toString());
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
  }

  @Test
  @DisplayName("C-12 C-40 an older segment of the server is not answered before the handshake ends")
  void answersNothingBeforeTheHandshakeEnds() {
    TestEngine.inline("Hello", "Hi")
        .run(
            """
            c> S 0:0(0) <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            s> F. -90000:-90000(0) ack -80000
            at 1s
            nothing
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
  }
}
