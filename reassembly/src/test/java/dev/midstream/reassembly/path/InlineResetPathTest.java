package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inline resets: exact, inexact and out of window. */
class InlineResetPathTest {
  private static final String EDITED =
      """
      c> . 1:6(5) ack 1 "Hello"
      >s . 1:3(2) ack 1 "Hi"
      s> . 1:1(0) ack 3
      >c . 1:1(0) ack 6
      """;

  private static final String FINISHED =
      """
      c> F. 6:6(0) ack 1
      >s F. 3:3(0) ack 1
      s> F. 1:1(0) ack 4
      >c F. 1:1(0) ack 7
      c> . 7:7(0) ack 2
      >s . 4:4(0) ack 2
      """;

  private static Engine hello(String script) {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Scripts.of(engine).run(TestEngine.OPEN + script);
    return engine;
  }

  @Test
  @DisplayName(
      "ACK-7 C-38 an exact reset leaves with the sequence number that the receiver expects")
  void mapsAnExactReset() {
    Engine engine = hello(EDITED + "c> R. 6:6(0) ack 1\n>s R. 3:3(0) ack 1\n");
    assertThat(engine.counters().of(Reason.RESET)).isOne();
  }

  @Test
  @DisplayName("C-38 an exact reset after unacknowledged octets leaves with both possible numbers")
  void sendsAResetForBothPossibleSequenceNumbers() {
    hello(
        """
        c> . 1:6(5) ack 1 "Hello"
        >s . 1:3(2) ack 1 "Hi"
        c> R. 6:6(0) ack 1
        >s R. 1:1(0) ack 1
        >s R. 3:3(0) ack 1
        """);
  }

  @Test
  @DisplayName("C-38 H-20 a reset leaves at once; held octets are dropped")
  void dropsHeldOctetsOnAReset() {
    Engine engine =
        hello(
            """
            c> . 1:4(3) ack 1 "Hel"
            c> . 6:9(3) ack 1 "abc"
            >c . 1:1(0) ack 1 <sack 6:9>
            c> R. 9:9(0) ack 1
            >s R. 1:1(0) ack 1
            at 10s
            nothing
            """);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-38 a reset after a FIN follows the FIN of the other stream")
  void mapsAResetAfterAFin() {
    hello(
        """
        c> F. 1:6(5) ack 1 "Hello"
        >s F. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 4
        >c . 1:1(0) ack 7
        c> R. 7:7(0) ack 1
        >s R. 4:4(0) ack 1
        """);
  }

  @Test
  @DisplayName("C-38 the ACK of a reset is mapped; one of unsent data is not forwarded")
  void mapsTheAcknowledgementOfAReset() {
    String served = "s> . 1:6(5) ack 1 \"Hello\"\n>c . 1:3(2) ack 1 \"Hi\"\n";
    hello(served + "c> R. 1:1(0) ack 3\n>s R. 1:1(0) ack 6\n");
    hello(served + "c> R. 1:1(0) ack 60\n>s R. 1:1(0) ack 1\n");
  }

  @Test
  @DisplayName("H-51 a reset at the acknowledgement that its endpoint received is exact")
  void acceptsAResetAtTheAdvertisedAck() {
    Engine engine =
        hello(
            """
            s> . 1:6(5) ack 1 "Hello"
            >c . 1:3(2) ack 1 "Hi"
            c> . 1:1(0) ack 3
            >s . 1:1(0) ack 6
            s> . 6:9(3) ack 1 "abc"
            >c . 3:6(3) ack 1 "abc"
            c> . 1:4(3) ack 3 "abc"
            >s . 1:4(3) ack 6 "abc"
            s> R 6:6(0)
            >c R 3:3(0)
            >c R 6:6(0)
            """);
    assertThat(engine.counters().of(Reason.RESET)).isOne();
  }

  @Test
  @DisplayName(
      "C-38 H-40 for 60 s a tombstone answers later segments with the reset's sequence number")
  void answersFromATombstone() {
    Engine engine =
        hello(
            EDITED
                + """
                c> R. 6:6(0) ack 1
                >s R. 3:3(0) ack 1
                s> . 1:1(0) ack 3
                >s R 3:3(0)
                s> P. 1:4(3) ack 3 "abc" badsum
                s> R 4:4(0)
                nothing
                at 59s
                s> P. 1:4(3) ack 3 "abc"
                >s R 3:3(0)
                """);
    assertThat(engine.counters().of(Reason.AFTER_RESET)).isEqualTo(3);
    assertThat(engine.connections()).isOne();
    Scripts.of(engine).run("at 61s");
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("ACK-7 C-39 H-40 an inexact reset leaves inexact, so that it is challenged")
  void keepsAGuessInexact() {
    Engine engine =
        hello(
            EDITED
                + """
                c> R. 7:7(0) ack 1
                >s R. 4:4(0) ack 1
                c> R 30006:30006(0)
                >s R 30003:30003(0)
                c> R 65541:65541(0)
                >s R 65537:65537(0)
                s> . 1:1(0) ack 3
                >c . 1:1(0) ack 6
                c> R 6:6(0)
                >s R 3:3(0)
                """);
    assertThat(engine.counters().of(Reason.RESET_INVALID)).isEqualTo(3);
    assertThat(engine.counters().of(Reason.RESET)).isOne();
  }

  @Test
  @DisplayName("C-39 H-40 inside a deletion no guess becomes exact")
  void keepsAGuessInsideADeletionInexact() {
    Engine engine = TestEngine.inline("secret words", "").engine();
    Script script =
        Scripts.of(engine)
            .run(
                TestEngine.OPEN
                    + """
                    c> . 1:14(13) ack 1 "-secret words"
                    >s . 1:2(1) ack 1 "-"
                    """);
    for (int number = 3; number < 14; number++) {
      int moved = 2 + 14 - number;
      script.run("c> R " + number + ":" + number + "(0)\n>s R " + moved + ":" + moved + "(0)\n");
    }
    assertThat(engine.counters().of(Reason.RESET)).isZero();
  }

  @Test
  @DisplayName("ACK-7 C-39 a reset outside the window, or with a wrong checksum, is dropped")
  void dropsAResetOutsideTheWindow() {
    Engine engine =
        hello(
            EDITED
                + """
                c> R. 5:5(0) ack 1
                c> R. 65542:65542(0) ack 1
                c> R. -900000:-900000(0) ack 1
                c> R. 6:6(0) ack 1 badsum
                nothing
                c> . 6:11(5) ack 1 "Hello"
                >s . 3:5(2) ack 1 "Hi"
                """);
    assertThat(engine.counters().of(Reason.RESET_INVALID)).isEqualTo(3);
    assertThat(engine.counters().of(Reason.BAD_CHECKSUM)).isOne();
  }

  @Test
  @DisplayName("C-39 H-40 a guessed reset changes no acknowledgement and no timestamp")
  void guessChangesNoState() {
    TestEngine.inline("Hello", "Hi")
        .run(
            Opening.stamped(100, 500, 101)
                + """
                s> . 1:4(3) ack 1 <TS 501/101> "abc"
                >c same
                c> R. 9:9(0) ack 4 <TS 9000/501>
                >s R. 9:9(0) ack 4 <TS 9000/501>
                c> . 1:6(5) ack 1 <TS 102/501> "Hello"
                >s . 1:3(2) ack 1 <TS 102/501> "Hi"
                """);
  }

  @Test
  @DisplayName("C-39 a guessed reset into a full window is dropped")
  void dropsAGuessIntoAFullWindow() {
    TestEngine.inline("Hello", "Hi")
        .run(
            Opening.window(6)
                + """
                c> . 1:7(6) ack 1 "abcdef"
                >s . 1:7(6) ack 1 "abcdef"
                c> R. 4:4(0) ack 1
                nothing
                """);
  }

  @Test
  @DisplayName("C-38 C-52 a damaged SYN after a reset opens no connection")
  void ignoresADamagedSynAfterAReset() {
    Engine engine =
        hello(
            EDITED
                + """
                c> R. 6:6(0) ack 1
                >s R. 3:3(0) ack 1
                c> S 700:700(0) badsum
                s> . 1:1(0) ack 3
                >s R 3:3(0)
                """);
    assertThat(engine.counters().of(Reason.BAD_CHECKSUM)).isOne();
    assertThat(engine.counters().of(Reason.AFTER_RESET)).isOne();
    assertThat(engine.counters().connections()).isOne();
  }

  @Test
  @DisplayName("ACK-7 C-38 a RST that carries SYN, too, is a RST")
  void takesASynWithResetForAReset() {
    Engine engine =
        hello(
            EDITED
                + """
                c> SR. 6:6(0) ack 1
                >s SR. 3:3(0) ack 1
                c> SR 700:700(0)
                s> . 1:1(0) ack 3
                >s R 3:3(0)
                """);
    assertThat(engine.counters().of(Reason.RESET)).isOne();
    assertThat(engine.counters().of(Reason.AFTER_RESET)).isEqualTo(2);
    assertThat(engine.counters().connections()).isOne();
  }

  @Test
  @DisplayName("C-38 payload of a reset does not leave: it was not decided")
  void removesPayloadOfAReset() {
    hello(EDITED + "c> R. 6:11(5) ack 1 \"Hello\"\n>s R. 3:3(0) ack 1\n");
  }

  @Test
  @DisplayName("C-38 C-39 a reset refuses a SYN only if it acknowledges it")
  void acceptsARefusalThatAcknowledgesTheSyn() {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Scripts.of(engine)
        .run(
            """
            c> S 0:0(0)
            >s same
            s> R. 0:0(0) ack 9
            >c same
            s> R. 0:0(0) ack 1 badsum
            s> R 77:77(0)
            >c same
            s> R. 0:0(0) ack 1
            >c same
            c> S 0:0(0)
            >c R. -2147483643:-2147483643(0) ack 1
            """)
        .between(Ends.IPV4.withIsns(5_000, 9_000))
        .run(
            """
            c> S 0:0(0)
            >s same
            s> S. 0:0(0) ack 1
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
    assertThat(engine.counters().of(Reason.RESET)).isOne();
    assertThat(engine.counters().of(Reason.RESET_INVALID)).isEqualTo(2);
    assertThat(engine.counters().connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("H-40 an agent resets both endpoints exactly and leaves a tombstone")
  void leavesATombstoneAfterAnAgentReset() {
    Engine engine =
        TestEngine.inline(
                LambdaAgent.by((direction, view, out) -> {
                  if (SimpleAgents.text(view).startsWith("x")) {
                    out.reset("test");
                  } else {
                    SimpleAgents.pass(view, out);
                  }
                }))
            .open(
                """
                s> . 1:4(3) ack 1 "abc"
                >c same
                c> . 1:2(1) ack 1 "x"
                >s R. 1:1(0) ack 1
                >c R. 1:1(0) ack 1
                >c R. 4:4(0) ack 1
                s> . 4:4(0) ack 1
                >s R 1:1(0)
                c> . 2:2(0) ack 4
                >c R 4:4(0)
                at 61s
                """);
    assertThat(engine.connections()).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(engine.counters().of(Reason.AGENT_RESET)).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", FINISHED})
  @DisplayName("ACK-7 H-24 a reset passes that answers the SYN-ACK of an opening given up")
  void forwardsTheResetOfAnOlderOpening(String end) {
    Ends older = Ends.IPV4.withIsns(500_000, 900_000);
    Ends between = Ends.IPV4.withIsns(600_000, 1_000_000);
    Ends newer = Ends.IPV4.withIsns(700_000, 1_100_000);
    String syn = "c> S 0:0(0)\n>s same\n";
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Script script = Scripts.of(engine).run(TestEngine.OPEN + EDITED + end);
    script.between(older).run(syn).between(between).run(syn).between(newer).run(syn);
    script
        .between(older)
        .run(
            """
            s> S. 0:0(0) ack 1
            >c same
            c> R 1:1(0)
            >s same
            """);
    assertThat(engine.counters().of(Reason.RESET_INVALID)).isOne();
    assertThat(engine.counters().of(Reason.RESET)).isZero();
    script
        .between(newer)
        .run(
            syn
                + """
                s> S. 0:0(0) ack 1
                >c same
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:3(2) ack 1 "Hi"
                """);
  }
}
