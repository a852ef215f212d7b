package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the engine does with octets in custody at each event. */
class CustodyEventsTest {
  private static TestEngine denying() {
    return InCustody.denying("502 no\n");
  }

  @Test
  @DisplayName("an ACK of all octets in custody frees them, stops the timer and is absorbed")
  void absorbsAnAckOfAllOctetsInCustody() {
    Engine engine =
        InCustody.owned(
            """
            at 0.150s
            s> . 1:1(0) ack 5 win 65531
            nothing
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 7
            at 99.0s
            nothing
            """);
    assertThat(engine.counters().of(Reason.ABSORBED)).isOne();
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("an ACK with a new window leaves with the advertised acknowledgement")
  void forwardsAnAckWithANewWindow() {
    InCustody.owned(
        """
        s> . 1:1(0) ack 5 win 65535
        >c . 1:1(0) ack 5 win 65535
        """);
  }

  @Test
  @DisplayName("a partial ACK frees the octets below it; the rest is retransmitted without backoff")
  void retransmitsTheRestAfterAPartialAck() {
    Engine engine =
        InCustody.owned(
            """
            at 1.099s
            nothing
            at 1.100s
            >s P. 1:5(4) ack 1 "QUIT"
            at 2.500s
            s> . 1:1(0) ack 3 win 65533
            nothing
            at 3.499s
            nothing
            at 3.500s
            >s P. 3:5(2) ack 1 "IT"
            """);
    assertThat(engine.budget().usedBytes()).isEqualTo(4);
  }

  /** Segments of 48 octets; the server has sent one without options. */
  private static final String SMALL_SEGMENTS =
      Opening.segments(48) + "s> . 1:1(0) ack 1\n>c same\n";

  /** A reply of five segments; the first is retransmitted at 1.0 s. */
  private static final String RETRANSMITTED =
      SMALL_SEGMENTS
          + """
          c> P. 1:6(5) ack 1 "STAT\\n"
          >c . 1:49(48) ack 6
          >c . 49:97(48) ack 6
          >c . 97:145(48) ack 6
          >c . 145:193(48) ack 6
          >c P. 193:201(8) ack 6
          at 1.0s
          >c P. 1:49(48) ack 6
          """;

  @Test
  @DisplayName("an ACK of the retransmitted segment only: the next ones are retransmitted too")
  void retransmitsTheNextSegmentAfterAnAckOfTheRetransmittedOne() {
    InCustody.denying("x".repeat(199) + "\n")
        .run(
            RETRANSMITTED
                + """
                c> . 6:6(0) ack 49
                >c P. 49:97(48) ack 6
                >c P. 97:145(48) ack 6
                """);
  }

  @Test
  @DisplayName("RFC 5682 two ACKs beyond the retransmitted segment end the retransmission")
  void stopsRetransmittingWhenTheOriginalsArrive() {
    StringBuilder left = new StringBuilder();
    for (int at = 1; at < 481; at += 48) {
      left.append(">c %s %d:%d(48) ack 6%n".formatted(at == 433 ? "P." : ".", at, at + 48));
    }
    Engine engine =
        InCustody.denying("x".repeat(479) + "\n")
            .run(
                SMALL_SEGMENTS
                    + "c> P. 1:6(5) ack 1 \"STAT\\n\"\n"
                    + left
                    + """
                    at 1.0s
                    >c P. 1:49(48) ack 6
                    c> . 6:6(0) ack 97
                    >c P. 97:145(48) ack 6
                    c> . 6:6(0) ack 193
                    >c P. 193:241(48) ack 6
                    c> . 6:6(0) ack 289
                    nothing
                    c> . 6:6(0) ack 385
                    nothing
                    c> . 6:6(0) ack 481
                    at 99.0s
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isEqualTo(3);
  }

  @Test
  @DisplayName("decided octets leave; an edit across the custody edge stays with the sender")
  void leavesAnEditAcrossTheEdgeToTheSender() {
    TestEngine.inline(SimpleAgents.replacing("QUIT\r\n", "NOOP\r\n").withoutFlush())
        .open(
            InCustody.HELD
                + """
                c> . 5:7(2) ack 1 "\\r\\n"
                >s . 1:7(6) ack 1 "NOOP\\r\\n"
                at 20.0s
                nothing
                c> . 5:7(2) ack 1 "\\r\\n"
                >s . 1:7(6) ack 1 "NOOP\\r\\n"
                s> . 1:1(0) ack 4 win 65532
                nothing
                s> . 1:1(0) ack 7
                >c . 1:1(0) ack 7
                """);
  }

  @Test
  @DisplayName("held octets in custody are shown in one view with the octets that follow")
  void showsHeldOctetsWithTheRest() {
    InCustody.held(
        """
        c> P. 5:7(2) ack 1 "\\r\\n"
        >s P. 1:7(6) ack 1 "QUIT\\r\\n"
        s> . 1:1(0) ack 7
        >c . 1:1(0) ack 7
        """);
  }

  @Test
  @DisplayName("H-35 retransmitted octets in custody are answered by an ACK with a D-SACK")
  void answersRetransmittedOctetsInCustody() {
    InCustody.held(
        """
        c> . 1:5(4) ack 1 "QUIT"
        >c . 1:1(0) ack 5 <sack 1:5>
        """);
  }

  @Test
  @DisplayName("a zero window is probed with backoff; nothing is retransmitted")
  void probesAZeroWindow() {
    denying()
        .open(
            """
            c> P. 1:6(5) ack 1 win 0 "STAT\\n"
            >c . 1:1(0) ack 6
            at 1.0s
            >c . 0:0(0) ack 6
            c> . 6:6(0) ack 1 win 0
            at 3.0s
            >c . 0:0(0) ack 6
            c> . 6:6(0) ack 1 win 0
            at 7.0s
            >c . 0:0(0) ack 6
            at 7.1s
            c> . 6:6(0) ack 1 win 3
            >c . 1:4(3) ack 6 "502"
            """);
  }

  @Test
  @DisplayName("a zero window is probed every 60 s or sooner, as long as probes are answered")
  void probesAZeroWindowWithoutEnd() {
    TestEngine engine = denying();
    Engine box = engine.engine();
    Script script =
        Scripts.of(box)
            .run(
                TestEngine.OPEN
                    + """
                    c> P. 1:6(5) ack 1 win 0 "STAT\\n"
                    >c . 1:1(0) ack 6
                    """);
    double at = 0;
    double wait = 1;
    for (int i = 0; i < 12; i++) {
      at += wait;
      script.run("at " + at + "s\n>c . 0:0(0) ack 6\nc> . 6:6(0) ack 1 win 0\n");
      wait = Math.min(60, 2 * wait);
    }
    assertThat(box.counters().of(Reason.CUSTODY_EXPIRED)).isZero();
    assertThat(box.counters().of(Reason.ZERO_WINDOW)).isEqualTo(12);
  }

  @Test
  @DisplayName("a window that shrank below sent octets is probed")
  void probesAShrunkWindow() {
    denying()
        .open(
            """
            c> P. 1:6(5) ack 1 win 7 "STAT\\n"
            >c P. 1:8(7) ack 6 "502 no\\n"
            c> . 6:6(0) ack 1 win 0
            at 1.0s
            >c . 0:0(0) ack 6
            c> . 6:6(0) ack 1 win 7
            at 2.0s
            >c P. 1:8(7) ack 6 "502 no\\n"
            """);
  }

  @Test
  @DisplayName("at the total limit the edge stops; stored octets are acknowledged")
  void acknowledgesStoredOctetsAtTheLimit() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(3))
            .open(
                """
                c> . 1:5(4) ack 1 "QUIT"
                at 5.0s
                >c . 1:1(0) ack 5 win 65531
                c> . 5:7(2) ack 1 "\\r\\n"
                >s . 1:7(6) ack 1 "QUIT\\r\\n"
                s> . 1:1(0) ack 7
                >c . 1:1(0) ack 7
                """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
  }

  @Test
  @DisplayName("a need beyond the hold limit follows its policy, also during custody")
  void passesOctetsOfANeedBeyondTheHoldLimit() {
    Engine engine =
        TestEngine.inline(HoldingAgents.everything().maxHold(8))
            .onFailure(Policies.OnFailure.PASS, Policies.OnFailure.PASS)
            .open(
                InCustody.HELD
                    + """
                    c> . 5:10(5) ack 1 "ABCDE"
                    >s . 1:10(9) ack 1 "QUITABCDE"
                    at 1.100s
                    >s P. 1:5(4) ack 1 "QUIT"
                    """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }
}
