package dev.midstream.reassembly.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When the engine makes acknowledgements, and when it makes none. */
class AcknowledgementTimingTest {
  @Test
  @DisplayName(
      "ACK-4 H-2 C-13: one duplicate for each delayed segment, once the receiver has caught up")
  void waitsForTheReceiver() {
    TestEngine.inline(Rules.passing())
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
  @DisplayName("ACK-4 H-2: or the receiver has reported the last octet that left before the gap")
  void takesAReportForAnAnswer() {
    TestEngine.inline(Rules.passing())
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
  @DisplayName("ACK-4 H-2: or twice the shortest trip has passed since the segment came")
  void waitsNoLongerThanARoundTrip() {
    TestEngine.inline(Rules.passing())
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
  @DisplayName("ACK-4: a gap that closes meanwhile makes no duplicate")
  void saysNothingOfAClosedGap() {
    Engine engine =
        TestEngine.inline(Rules.passing())
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
  @DisplayName("ACK-4 H-35: old octets get eight answers with a D-SACK, then one each 500 ms")
  void answersOldOctetsNotTooOften() {
    Engine engine = TestEngine.inline(Rules.passing()).engine();
    Script script =
        new Script(engine, engine::finish)
            .run(
                TestEngine.OPEN
                    + """
                    c> . 1:11(10) ack 1
                    >s . 1:11(10) ack 1
                    s> . 1:1(0) ack 11
                    >c . 1:1(0) ack 11
                    """);
    for (int i = 0; i < 8; i++) {
      script.run("c> . 1:11(10) ack 1\n>c . 1:1(0) ack 11 <sack 1:11>\n");
    }
    script.run(
        """
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
  @DisplayName("H-35: a FIN that was acknowledged and comes again is answered")
  void answersAnOldFin() {
    TestEngine.inline(Rules.passing())
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
  @DisplayName("ACK-5: an acknowledgement without octets never causes one")
  void isNeverCausedByAnAcknowledgement() {
    Engine engine =
        TestEngine.inline(Rules.passing())
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
  @DisplayName("ACK-5 C-29: but for one that acknowledges what never left, and not too often")
  void answersAnAcknowledgementOfTheFuture() {
    Engine engine = TestEngine.inline(Rules.passing()).engine();
    Script script = new Script(engine, engine::finish).run(TestEngine.OPEN);
    for (int i = 0; i < 8; i++) {
      script.run("s> . 1:1(0) ack 5000\n>s . 1:1(0) ack 1\n");
    }
    script.run(
        """
        s> . 1:1(0) ack 5000
        nothing
        at 0.500s
        s> . 1:1(0) ack 5000
        >s . 1:1(0) ack 1
        """);
  }
}
