package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inline connections without a seen opening, or with one visible direction. */
class InlineMidStreamTest {
  private static TestEngine inline(MidStream policy) {
    return TestEngine.inline("cat", "dog", "one", "three").midStream(policy);
  }

  @Test
  @DisplayName("C-67 H-47 reset: an acknowledgement is answered with one RST, and nothing is kept")
  void answersAnAcknowledgementWithOneReset() {
    Engine engine =
        inline(MidStream.RESET)
            .run(
                """
                c> . 101:101(0) ack 50
                >c R 50:50(0)
                c> P 101:104(3)
                >c R. -2147483643:-2147483643(0) ack 104
                c> R 104:104(0)
                >s same
                """);
    assertThat(engine.counters().of(Reason.MID_STREAM)).isEqualTo(2);
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("C-67 H-47 reset: octets become one probe, and both endpoints are reset in the end")
  void resetsBothEndpoints() {
    Engine engine =
        inline(MidStream.RESET)
            .run(
                """
                c> P. 2000000001:2000000004(3) ack 50 "cat"
                >s . 926258177:926258177(0) ack 50
                s> . 50:50(0) ack 1999999990
                >s R 1999999990:1999999990(0)
                c> F. 2000000004:2000000004(0) ack 50
                >s . 926258180:926258180(0) ack 50
                s> R 50:50(0)
                >c same
                """);
    assertThat(engine.counters().of(Reason.MID_STREAM)).isEqualTo(3);
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("C-67 H-46 reset: the probe in place of octets is not ECN-capable")
  void probesWithoutEcn() {
    inline(MidStream.RESET)
        .run(
            """
            c> P. 2000000001:2000000004(3) ack 50 tos 2 "cat"
            >s . 926258177:926258177(0) ack 50 tos 0
            c> P. 2000000004:2000000007(3) ack 50 tos 3 "cat"
            >s . 926258180:926258180(0) ack 50 tos 0
            """);
  }

  @Test
  @DisplayName("C-67 law 1 reset: the rule also matches when the server sends first")
  void resetsWhenTheServerSendsFirst() {
    Engine engine =
        inline(MidStream.RESET)
            .serverPort(Ends.IPV4.serverPort())
            .run(
                """
                s> P. 2000000050:2000000053(3) ack 101 "one"
                >c . 926258226:926258226(0) ack 101
                c> . 101:101(0) ack 70
                >c R 70:70(0)
                """);
    assertThat(engine.counters().of(Reason.MID_STREAM)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-67 drop: the rule also matches when the server sends first")
  void dropsWhenTheServerSendsFirst() {
    Engine engine =
        inline(MidStream.DROP)
            .serverPort(Ends.IPV4.serverPort())
            .run("s> P. 50:53(3) ack 101 \"one\"\nc> . 101:101(0) ack 50\nnothing");
    assertThat(engine.counters().of(Reason.MID_STREAM)).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "C-67 picked up when the server sends first, a connection is edited in both directions")
  void picksUpWhenTheServerSendsFirst() {
    Engine engine =
        inline(MidStream.PICK_UP)
            .serverPort(Ends.IPV4.serverPort())
            .run(
                """
                s> P. 50:53(3) ack 101 "cat"
                >c P. 50:53(3) ack 101 "dog"
                c> P. 101:104(3) ack 53 "cat"
                >s P. 101:104(3) ack 53 "dog"
                """);
    assertThat(engine.counters().of(Reason.MID_STREAM)).isOne();
  }

  @Test
  @DisplayName("C-52 C-67 a damaged segment of an unknown connection opens and resets nothing")
  void ignoresDamagedSegments() {
    Engine engine =
        inline(MidStream.RESET)
            .run("c> P. 101:104(3) ack 50 \"cat\" badsum\nc> S 0:0(0) badsum\nnothing");
    assertThat(engine.connections()).isZero();
    assertThat(engine.counters().of(Reason.BAD_CHECKSUM)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-67 drop: nothing passes in either direction")
  void dropsBothDirections() {
    Engine engine =
        inline(MidStream.DROP)
            .run("c> P. 1:4(3) ack 1 \"cat\"\ns> . 1:1(0) ack 4\nc> R 4:4(0)\nnothing");
    assertThat(engine.counters().of(Reason.MID_STREAM)).isEqualTo(3);
  }

  @Test
  @DisplayName("C-67 pass: every packet passes unchanged")
  void passesBothDirections() {
    Engine engine =
        inline(MidStream.PASS).run("c> P. 1:4(3) ack 1 \"cat\"\n>s same\ns> R 1:1(0)\n>c same\n");
    assertThat(engine.counters().of(Reason.MID_STREAM)).isOne();
  }

  @Test
  @DisplayName("C-67 picked up: edits of equal length apply; an exact reset passes unchanged")
  void editsAPickedUpConnection() {
    Engine engine =
        inline(MidStream.PICK_UP)
            .run(
                """
                c> P. 100:107(7) ack 50 "cat one"
                >s P. 100:107(7) ack 50 "dog one"
                s> . 50:50(0) ack 107
                >c same
                c> R. 400:400(0) ack 50
                >s same
                c> P. 107:110(3) ack 50 "cat"
                >s P. 107:110(3) ack 50 "dog"
                c> R. 110:110(0) ack 50
                >s same
                s> . 50:50(0) ack 110
                >s R 110:110(0)
                """);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isOne();
    assertThat(engine.counters().of(Reason.RESET_INVALID)).isOne();
    assertThat(engine.counters().of(Reason.RESET)).isOne();
  }

  @Test
  @DisplayName("C-67 H-47 a partly seen opening follows the mid-stream policy")
  void resetsAPartlySeenOpening() {
    Engine engine =
        inline(MidStream.RESET)
            .run(
                """
                c> S 0:0(0)
                >s same
                s> . 1:1(0) ack 1
                >c same
                c> . 1:4(3) ack 1 "cat"
                >s . -1073741823:-1073741823(0) ack 1
                s> . 1:1(0) ack 1
                >s R 1:1(0)
                c> . 1:4(3) ack 1 "cat"
                >s . -1073741823:-1073741823(0) ack 1
                s> R 1:1(0) badsum
                nothing
                s> R 1:1(0)
                >c same
                """);
    assertThat(engine.counters().of(Reason.NOT_WHOLE)).isEqualTo(4);
    assertThat(engine.counters().of(Reason.ONE_SIDED)).isZero();
  }

  @Test
  @DisplayName("C-68 H-47 a connection with one visible direction passes, whatever the policy")
  void passesAOneSidedConnection() {
    Engine engine =
        inline(MidStream.RESET)
            .run(
                """
                c> S 0:0(0)
                >s same
                c> . 1:1(0) ack 1
                >s same
                c> . 1:4(3) ack 1 "cat"
                >s same
                c> F. 9:12(3) ack 1
                >s same
                at 60s
                """);
    assertThat(engine.counters().of(Reason.ONE_SIDED)).isOne();
    assertThat(engine.counters().of(Reason.NOT_WHOLE)).isZero();
    assertThat(engine.connections()).isOne();
  }

  @Test
  @DisplayName("C-68 a segment before the SYN-ACK does not bypass the agent")
  void earlySegmentDoesNotBypassTheAgent() {
    Engine engine =
        inline(MidStream.RESET)
            .run(
                """
                c> S 0:0(0)
                >s same
                c> . 1:2(1) ack 77 "x"
                >s same
                s> S. 0:0(0) ack 1
                >s R 1:1(0)
                c> . 1:4(3) ack 1 "cat"
                >s . -1073741823:-1073741823(0) ack 1
                """);
    assertThat(engine.counters().of(Reason.ONE_SIDED)).isOne();
    assertThat(engine.counters().of(Reason.NOT_WHOLE)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-40 C-68 guessed sequence numbers between SYN and SYN-ACK do not end the opening")
  void keepsAnOpeningDespiteGuesses() {
    Engine engine =
        inline(MidStream.RESET)
            .run(
                """
                c> S 0:0(0)
                >s same
                c> . 7000:7001(1) ack 999 "x"
                c> . 2:3(1) ack 1 "x"
                c> F 1:1(0)
                nothing
                s> . 7000:7001(1) ack 999 "x"
                >c same
                c> R 999:999(0)
                >s same
                s> S. 0:0(0) ack 1
                >c same
                c> . 1:1(0) ack 1
                >s same
                c> . 1:4(3) ack 1 "one"
                >s . 1:6(5) ack 1 "three"
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isEqualTo(3);
    assertThat(engine.counters().of(Reason.ONE_SIDED)).isZero();
    assertThat(engine.counters().of(Reason.NOT_WHOLE)).isZero();
  }

  @Test
  @DisplayName(
      "C-68 a segment with a guessed acknowledgement does not count as the other direction")
  void doesNotCountAGuessAsTheOtherDirection() {
    Engine engine =
        inline(MidStream.RESET)
            .run(
                """
                c> S 0:0(0)
                >s same
                s> . 1:1(0) ack 999
                >c same
                c> . 1:4(3) ack 1 "cat"
                >s same
                """);
    assertThat(engine.counters().of(Reason.ONE_SIDED)).isOne();
  }

  @Test
  @DisplayName(
      "C-66 C-68 octets outside the window do not keep an opening; later they are mid-stream")
  void forgetsAnUnansweredOpening() {
    Engine engine =
        inline(MidStream.PASS)
            .run(
                """
                c> S 0:0(0)
                >s same
                at 15s
                c> . 5001:5004(3) ack 1 "cat"
                nothing
                at 21s
                c> . 5001:5004(3) ack 1 "cat"
                >s same
                """);
    assertThat(engine.counters().of(Reason.OPENING_TIMEOUT)).isOne();
    assertThat(engine.counters().of(Reason.MID_STREAM)).isOne();
  }

  @Test
  @DisplayName("C-66 C-67 a connection seen from one side only is soon forgotten")
  void forgetsUnassuredConnectionsSoon() {
    Engine engine = inline(MidStream.PASS).engine();
    Script script = Scripts.of(engine);
    script.run("c> . 1:2(1) ack 1\n>s same\ns> . 1:1(0) ack 2\n>c same");
    for (int port = 1; port <= 100; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run("c> . 1:2(1) ack 1\n>s same");
    }
    assertThat(engine.connections()).isEqualTo(101);
    script.run("at 21s");
    assertThat(engine.connections()).isOne();
    script.run("at 7441s");
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("C-66 C-67 a connection beyond a full table passes unedited, also with reset")
  void passesBeyondAFullTable() {
    Engine engine =
        inline(MidStream.RESET).limits(EngineLimits.DEFAULTS.withConnections(1)).engine();
    Script script = Scripts.of(engine);
    String data = "c> . 1:4(3) ack 1 \"cat\"\n";
    script.between(Ends.IPV4.withPorts(1, 21)).run(TestEngine.OPEN + data + ">s . 1:4(3) ack 1");
    script.between(Ends.IPV4.withPorts(2, 21));
    script.run("c> S 0:0(0)\n>s same\ns> S. 0:0(0) ack 1\n>c same\n" + data + ">s same");
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.MID_STREAM)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"c> . 1:2(1) ack 1\n>s same", "c> S 0:0(0)\n>s same"})
  @DisplayName(
      "H-39 C-66 a full table does not bypass the agent: one-sided connections are evicted")
  void evictsUnassuredConnections(String blind) {
    Engine engine =
        inline(MidStream.PASS).limits(EngineLimits.DEFAULTS.withConnections(10)).engine();
    Script script = Scripts.of(engine);
    for (int port = 1; port <= 50; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(blind);
    }
    String edited = TestEngine.OPEN + "c> . 1:4(3) ack 1 \"cat\"\n>s . 1:4(3) ack 1 \"dog\"";
    for (int port = 1; port <= 10; port++) {
      script.between(Ends.IPV4.withPorts(port, 21)).run(edited);
    }
    assertThat(engine.connections()).isEqualTo(10);
    script.between(Ends.IPV4).run("c> S 0:0(0)\n>s same\n");
    script
        .between(Ends.IPV4.withPorts(1, 21))
        .run("c> . 4:7(3) ack 1 \"cat\"\n>s . 4:7(3) ack 1 \"dog\"");
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isEqualTo(51);
  }

  @Test
  @DisplayName("C-40 C-67 H-24 pass: no connection opens uninspected in place of a known one")
  void inspectsWhatOpensInPlaceOfAKnownConnection() {
    Ends first = Ends.IPV4.withIsns(500_000, 900_000);
    Script script = Scripts.of(inline(MidStream.PASS).engine());
    script.run("c> . 101:101(0) ack 50\n>s same\ns> . 50:50(0) ack 101\n>c same\n");
    script.between(first).run("c> S 0:0(0)\n>s same\n");
    script.between(first.withIsns(400_000, 900_000)).run("c> S 0:0(0)\n>s same\n");
    script.between(first.withIsns(450_000, 900_000)).run("c> S 0:0(0)\n>s same\n");
    script
        .between(first)
        .run(
            """
            s> S. 0:0(0) ack 1
            nothing
            c> S 0:0(0)
            >s same
            s> S. 0:0(0) ack 1
            >c same
            c> . 1:4(3) ack 1 "cat"
            >s . 1:4(3) ack 1 "dog"
            """);
  }
}
