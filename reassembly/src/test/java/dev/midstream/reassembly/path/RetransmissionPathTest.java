package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetransmissionPathTest {
  /** "Hello world." leaves as "Hi world." */
  private static final String SENT =
      """
      c> . 1:4(3) ack 1 "Hel"
      c> P. 4:13(9) ack 1 "lo world."
      >s P. 1:10(9) ack 1 "Hi world."
      """;

  private static TestEngine engine() {
    return TestEngine.of("Hello", "Hi");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "HDP-3 C-1 C-9 a retransmission leaves as sent before, whole or segmented differently")
  void retransmitsAsSentBefore(Vantage vantage) {
    engine()
        .vantage(vantage)
        .open(
            SENT
                + """
                c> P. 1:13(12) ack 1 "Hello world."
                >s P. 1:10(9) ack 1 "Hi world."
                c> . 1:4(3) ack 1 "Hel"
                >s . 1:3(2) ack 1 "Hi"
                c> . 4:6(2) ack 1 "lo"
                >s . 1:3(2) ack 1 "Hi"
                c> . 4:9(5) ack 1 "lo wo"
                >s . 1:6(5) ack 1 "Hi wo"
                c> . 7:13(6) ack 1 "world."
                >s . 4:10(6) ack 1 "world."
                """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-9 segments and acknowledgements that come twice are mapped alike")
  void mapsBothCopiesOfEachPacket(Vantage vantage) {
    engine()
        .vantage(vantage)
        .open(
            """
            c> . 1:8(7) ack 1 "Hello w"
            >s . 1:5(4) ack 1 "Hi w"
            c> . 1:8(7) ack 1 "Hello w"
            >s . 1:5(4) ack 1 "Hi w"
            s> . 1:4(3) ack 1 "abc"
            >c . 1:4(3) ack 1 "abc"
            s> . 1:4(3) ack 1 "abc"
            >c . 1:4(3) ack 1 "abc"
            """
                + (vantage == Vantage.INLINE
                    ? "s> . 4:4(0) ack 4\n>c . 4:4(0) ack 7\n".repeat(2)
                    : "s> . 4:4(0) ack 7\n>c . 4:4(0) ack 4\n".repeat(2)));
  }

  @Test
  @DisplayName("HDP-3 C-3 a retransmission octet by octet, backwards, carries the first copies")
  void retransmitsOctetByOctetBackwards() {
    engine()
        .open(
            SENT
                + """
                c> . 12:13(1) ack 1 "."
                >s . 9:10(1) ack 1 "."
                c> . 11:12(1) ack 1 "d"
                >s . 8:9(1) ack 1 "d"
                c> . 6:7(1) ack 1 " "
                >s . 3:4(1) ack 1 " "
                c> . 5:6(1) ack 1 "o"
                >s . 1:3(2) ack 1 "Hi"
                c> . 1:2(1) ack 1 "H"
                >s . 1:3(2) ack 1 "Hi"
                """);
  }

  @Test
  @DisplayName("HDP-3 C-3 a longer retransmission adds its new octets once")
  void longerRetransmissionAddsNewOctets() {
    engine()
        .open(
            SENT
                + """
                c> . 7:20(13) ack 1 "world. Hello!"
                >s . 4:14(10) ack 1 "world. Hi!"
                c> . 13:20(7) ack 1 " Hello!"
                >s . 10:14(4) ack 1 " Hi!"
                """);
  }

  @Test
  @DisplayName("HDP-3 C-4 a second copy with other octets: the first copy leaves, with an event")
  void firstCopyWins() {
    TestEngine test = engine();
    test.open(
        SENT
            + """
            c> . 7:13(6) ack 1 "Hello."
            >s . 4:10(6) ack 1 "world."
            c> . 7:12(5) ack 1 "world"
            >s . 4:9(5) ack 1 "world"
            c> . 5:14(9) ack 1 "o_world.!"
            >s . 1:11(10) ack 1 "Hi world.!"
            """);
    assertThat(test.events())
        .containsExactly(Reason.INCONSISTENT_RETRANSMISSION, Reason.INCONSISTENT_RETRANSMISSION);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "C-4 a second copy that differs only inside an edit: the first copy counts, with an event")
  void firstCopyInsideAnEditWins(Vantage vantage) {
    TestEngine test = engine().vantage(vantage);
    test.open(
        SENT
            + """
            c> P. 1:13(12) ack 1 "Hallo world."
            >s P. 1:10(9) ack 1 "Hi world."
            c> . 1:13(12) ack 1 "Hello world."
            >s . 1:10(9) ack 1 "Hi world."
            c> . 4:6(2) ack 1 "lO"
            >s . 1:3(2) ack 1 "Hi"
            """);
    assertThat(test.events())
        .containsExactly(Reason.INCONSISTENT_RETRANSMISSION, Reason.INCONSISTENT_RETRANSMISSION);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "C-4 only the second copy contains the pattern: the first copy leaves, with an event")
  void editsNoPatternOfASecondCopy(Vantage vantage) {
    TestEngine test = engine().vantage(vantage);
    test.open(
        """
        c> . 1:6(5) ack 1 "Jello"
        >s . 1:6(5) ack 1 "Jello"
        c> . 6:11(5) ack 1 "Hello"
        >s . 6:8(2) ack 1 "Hi"
        c> . 1:11(10) ack 1 "HelloJello"
        >s . 1:8(7) ack 1 "JelloHi"
        """);
    assertThat(test.events()).containsExactly(Reason.INCONSISTENT_RETRANSMISSION);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-4 law 6 octets replaced by an edit are stored until its output is acknowledged")
  void freesReplacedOctetsWhenAcknowledged(Vantage vantage) {
    TestEngine test = engine().vantage(vantage);
    Engine engine =
        test.open(
            SENT
                + """
                c> . 13:18(5) ack 1 "Hello"
                >s . 10:12(2) ack 1 "Hi"
                """);
    long before = engine.budget().usedBytes();
    Scripts.of(engine)
        .run(
            vantage == Vantage.RECORDING
                ? "s> . 1:1(0) ack 13\n>c . 1:1(0) ack 10\n"
                : "s> . 1:1(0) ack 10\n>c . 1:1(0) ack 13\n");
    assertThat(before).isEqualTo("Hi world.HelloHiHello".length());
    assertThat(engine.budget().usedBytes()).isEqualTo("HiHello".length());
  }

  @Test
  @DisplayName("C-4 a second copy of held octets is compared too")
  void firstCopyOfHeldOctetsWins() {
    TestEngine test = engine();
    test.open(
        """
        c> . 1:4(3) ack 1 "Hel"
        c> . 1:4(3) ack 1 "Hex"
        c> . 1:6(5) ack 1 "Hallo"
        >s . 1:3(2) ack 1 "Hi"
        """);
    assertThat(test.events())
        .containsExactly(Reason.INCONSISTENT_RETRANSMISSION, Reason.INCONSISTENT_RETRANSMISSION);
  }

  @Test
  @DisplayName("HDP-3 C-5 held octets retransmitted with the rest are one edit")
  void editsHeldOctetsRetransmittedWithTheRest() {
    engine()
        .open(
            """
            c> . 1:4(3) ack 1 "Hel"
            c> . 1:4(3) ack 1 "Hel"
            c> P. 1:7(6) ack 1 "Hello!"
            >s P. 1:4(3) ack 1 "Hi!"
            """);
  }

  @Test
  @DisplayName("HDP-3 each octet is shown to the agent until it is decided, and never again")
  void decidesEachOctetOnce() {
    AtomicInteger shown = new AtomicInteger();
    LambdaAgent counting =
        LambdaAgent.by((direction, view, out) -> {
          shown.addAndGet(view.length());
          SimpleAgents.pass(view, out);
        });
    Engine engine =
        TestEngine.of(counting)
            .open(
                """
                c> . 1:5(4) ack 1
                >s same
                c> . 1:5(4) ack 1
                >s same
                c> . 3:7(4) ack 1
                >s same
                c> . 1:7(6) ack 1
                >s same
                """);
    assertThat(shown).hasValue(6);
    assertThat(engine.counters().decidedOctets()).isEqualTo(6);
  }

  @Test
  @DisplayName("C-10 acknowledged octets are not retransmitted, neither edited nor original")
  void retransmitsNothingAcknowledged() {
    Engine engine =
        engine()
            .open(
                SENT
                    + """
                    s> . 1:1(0) ack 13
                    >c . 1:1(0) ack 10
                    c> . 1:6(5) ack 1 "Hello"
                    c> P. 1:14(13) ack 1 "Hello world.!"
                    >s P. 10:11(1) ack 1 "!"
                    """);
    assertThat(engine.counters().of(Reason.BELOW_WINDOW)).isOne();
  }

  @Test
  @DisplayName("C-1 ACK and SACK of a loss after the engine map to original sequence numbers")
  void mapsALossAfterTheEngine() {
    engine()
        .vantage(Vantage.INLINE)
        .open(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            c> . 6:11(5) ack 1 "Hello"
            >s . 3:5(2) ack 1 "Hi"
            s> . 1:1(0) ack 1 <sack 3:5>
            >c . 1:1(0) ack 1 <sack 6:11>
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 11
            """);
  }
}
