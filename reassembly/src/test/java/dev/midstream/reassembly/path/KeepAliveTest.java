package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KeepAliveTest {
  @Test
  @DisplayName("C-34 a keep-alive leaves one below the receiver's next octet, without its octet")
  void mapsKeepAlives() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 3
                c> . 5:6(1) ack 1 "?"
                >s . 2:2(0) ack 1
                c> . 5:5(0) ack 1
                >s . 2:2(0) ack 1
                s> . 0:1(1) ack 6 "?"
                >c . 0:0(0) ack 3
                """);
    assertThat(engine.counters().of(Reason.KEEP_ALIVE)).isEqualTo(3);
  }

  @Test
  @DisplayName("C-34 after an acknowledged FIN the keep-alive leaves at the FIN")
  void mapsKeepAlivesAfterAFin() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 4
            c> . 6:6(0) ack 1
            >s . 3:3(0) ack 1
            """);
  }

  @Test
  @DisplayName("C-34 inline, a keep-alive leaves one below the receiver's next octet")
  void mapsKeepAlivesInline() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 7
            c> . 6:6(0) ack 1
            >s . 3:3(0) ack 1
            s> . 0:1(1) ack 4 "?"
            >c . 0:0(0) ack 7
            """);
  }

  @Test
  @DisplayName("C-34 law 1 a keep-alive is answered although the answer's octets wait after a gap")
  void answersAKeepAliveDespiteAGap() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            s> . 2:7(5) ack 1 "ello "
            >s . 1:1(0) ack 1 <sack 2:7>
            c> . 0:0(0) ack 1
            >s . 0:0(0) ack 1
            s> . 7:9(2) ack 1 "ab"
            >c . 1:1(0) ack 1
            >s . 1:1(0) ack 1 <sack 2:9>
            s> . 9:11(2) ack 1 "cd"
            >s . 1:1(0) ack 1 <sack 2:11>
            """);
  }

  @Test
  @DisplayName("C-34 a new octet below an early acknowledgement is not a keep-alive")
  void acceptsANewOctetBelowAnEarlyAck() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s . 1:4(3) ack 1 "abc"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 4
            c> . 4:5(1) ack 1 "d"
            >s . 4:5(1) ack 1 "d"
            """);
  }

  @Test
  @DisplayName("H-36 law 11 a keep-alive is answered although all octets are in custody")
  void answersKeepAlivesDuringCustody() {
    TestEngine.inline(HoldingAgents.needing(5))
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            at 0.1s
            >c . 1:1(0) ack 5
            c> . 5:6(1) ack 1 "!"
            >s . 1:6(5) ack 1 "QUIT!"
            s> . 1:1(0) ack 2 win 65534
            c> . 4:4(0) ack 1
            >s . 1:1(0) ack 1
            s> . 1:1(0) ack 3 win 65533
            >c . 1:1(0) ack 5
            s> . 1:1(0) ack 4 win 65532
            """);
  }

  @Test
  @DisplayName("H-36 C-34 the garbage octet of a keep-alive is not compared")
  void doesNotCompareTheGarbageOctet() {
    TestEngine engine = LetterEdits.inline();
    Engine counted =
        engine.open(
            """
            c> . 1:4(3) ack 1 "axb"
            >s . 1:13(12) ack 1 "a0123456789b"
            s> . 1:1(0) ack 13
            >c . 1:1(0) ack 4
            c> . 3:4(1) ack 1 "?"
            >s . 12:12(0) ack 1
            s> . 1:1(0) ack 13
            >c . 1:1(0) ack 4
            c> . 2:3(1) ack 1 "?"
            >s . 12:12(0) ack 1
            """);
    assertThat(counted.counters().of(Reason.KEEP_ALIVE)).isEqualTo(2);
    assertThat(counted.counters().of(Reason.INCONSISTENT_RETRANSMISSION)).isZero();
    assertThat(engine.events()).isEmpty();
  }
}
