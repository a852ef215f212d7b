package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Octets and FINs on a SYN. */
class SynOctetsTest {

  @Test
  @DisplayName("C-49 held octets of a SYN pass after the hold time too")
  void holdTimeRunsForOctetsOfASyn() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:3(3) "Hel"
            >s S 0:0(0)
            s> S. 0:0(0) ack 4
            >c S. 0:0(0) ack 1
            c> . 4:4(0) ack 1
            >s . 1:1(0) ack 1
            at 2s
            >s . 1:4(3) ack 1 "Hel"
            """);
  }

  @Test
  @DisplayName("C-49 an acknowledgement of SYN octets does not exceed the octets sent")
  void countsOctetsOfASynAsSent() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .run(
                """
                c> S 0:3(3) "abc"
                >s S 0:0(0)
                s> S. 0:0(0) ack 4
                >c S. 0:0(0) ack 1
                >s . 1:4(3) ack 1 "abc"
                """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isZero();
  }

  @Test
  @DisplayName("H-48 inline, octets of a SYN leave when their sender retransmits them")
  void octetsOfASynWaitForTheirRetransmission() {
    TestEngine.inline("Hello", "Hi")
        .run(
            """
            c> S 0:5(5) "Hello"
            >s S 0:0(0)
            s> S. 0:0(0) ack 1
            >c S. 0:0(0) ack 1
            c> . 1:1(0) ack 1
            >s same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
  }

  @Test
  @DisplayName("H-48 HDP-18 a SYN with octets that comes again after an ACK leaves as a SYN")
  void sendsALateSynWithoutItsOctets() {
    TestEngine.inline("Hello", "Hi")
        .run(
            """
            c> S 0:5(5) <mss 1460,raw 220a0102030405060708> "Hello"
            >s S 0:0(0) <mss 1460,raw 220a0102030405060708>
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            c> S 0:5(5) <mss 1460,raw 220a0102030405060708> "Hello"
            >s S 0:0(0) <mss 1460,raw 220a0102030405060708>
            """);
  }

  @Test
  @DisplayName("C-49 octets of a SYN leave after the SYN-ACK and are edited like others")
  void editsOctetsOfASyn() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:5(5) <mss 1460> "Hello"
            >s S 0:0(0) <mss 1460>
            s> S. 0:0(0) ack 6 <mss 1460>
            >c S. 0:0(0) ack 1 <mss 1460>
            >s . 1:3(2) ack 1 "Hi"
            c> . 6:6(0) ack 1
            >s . 3:3(0) ack 1
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("C-49 a server that acknowledges the SYN alone gets its octets by retransmission")
  void sendsRetransmittedOctetsOfASyn() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:5(5) <mss 1460> "Hello"
            >s S 0:0(0) <mss 1460>
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:7(6) ack 1 "Hello!"
            >s . 1:4(3) ack 1 "Hi!"
            """);
  }

  @Test
  @DisplayName("H-48 C-49 a need for more octets does not delay the SYN and its TFO cookie")
  void needDoesNotDelayTheSyn() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (view.length() < 5) {
                out.need(5);
              } else {
                out.replace(view.length(), Octets.ofText("done"));
              }
            }))
        .run(
            """
            c> S 0:3(3) <mss 1460,raw 220a0102030405060708> "Hel"
            >s S 0:0(0) <mss 1460,raw 220a0102030405060708>
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:5(4) ack 1 "done"
            """);
  }

  @Test
  @DisplayName("H-48 C-49 the octets of a recorded SYN are the first copy")
  void firstCopyOfSynOctetsWins() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .run(
                """
                c> S 0:5(5) <mss 1460> "Hello"
                >s S 0:0(0) <mss 1460>
                s> S. 0:0(0) ack 1 <mss 1460>
                >c same
                c> . 1:6(5) ack 1 "HELLO"
                >s . 1:3(2) ack 1 "Hi"
                """);
    assertThat(engine.counters().of(Reason.INCONSISTENT_RETRANSMISSION)).isOne();
  }

  @Test
  @DisplayName("H-48 C-65 inline, octets of unanswered SYNs are not kept")
  void keepsNoOctetsOfSyns() {
    Engine engine = TestEngine.inline("Hello", "Hi").engine();
    Scripts.of(engine)
        .run("c> S 0:1400(1400)\n>s S 0:0(0)\ns> S. 0:1400(1400) ack 1\n>c S. 0:0(0) ack 1\n");
    assertThat(engine.budget().peakBytes()).isZero();
  }

  @Test
  @DisplayName("H-48 C-65 octets of unanswered monitored SYNs put no other stream under pressure")
  void leavesRoomBesideOctetsOfMonitoredSyns() {
    TestEngine test = TestEngine.inline("Hello", "Hi").mode(Mode.MONITOR);
    Engine engine = test.limits(EngineLimits.DEFAULTS.withTotalBytes(100_000)).engine();
    Script script = Scripts.of(engine);
    for (int port = 1; port <= 100; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run("c> S 0:1400(1400)\n>s same");
    }
    assertThat(engine.budget().isUnderPressure()).isFalse();
    assertThat(engine.budget().usedBytes()).isBetween(1_400L, 16_000L);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isBetween(80L, 99L);
  }

  @Test
  @DisplayName("H-48 C-65 a recorded SYN whose octets find no room passes, and is not edited")
  void editsNoConnectionWithoutRoomForItsSyn() {
    TestEngine test = TestEngine.of("Hello", "Hi");
    Engine engine = test.limits(EngineLimits.DEFAULTS.withTotalBytes(1_000)).engine();
    Script script = Scripts.of(engine);
    script.between(Ends.IPV4).run("c> S 0:1400(1400)\n>s S 0:0(0)");
    script.between(Ends.IPV6).run("c> S 0:5(5) \"Hello\"\n>s same");
    assertThat(engine.budget().usedBytes()).isEqualTo(1_400);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isOne();
    assertThat(test.events()).containsExactly(Reason.TOTAL_LIMIT);
  }

  @Test
  @DisplayName("H-48 C-49 C-36 a FIN on a SYN leaves after the octets of the SYN")
  void removesTheFinOfASyn() {
    TestEngine.inline("Hello", "Hi")
        .run(
            """
            c> SF 0:5(5) <mss 1460> "Hello"
            >s S 0:0(0)
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("H-48 C-36 a FIN on a SYN without octets leaves when its sender retransmits it")
  void removesTheFinOfASynWithoutOctets() {
    TestEngine.inline("Hello", "Hi")
        .run(
            """
            c> SF 0:0(0) <mss 1460>
            >s S 0:0(0) <mss 1460>
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> F. 1:1(0) ack 1
            >s same
            s> . 1:1(0) ack 2
            >c same
            """);
  }

  @Test
  @DisplayName("C-49 H-27 octets of a recorded SYN leave with its window, scaled")
  void scalesTheWindowOfARecordedSyn() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:5(5) win 64000 <mss 1460,wscale 7> "Hello"
            >s S 0:0(0) win 64000 <mss 1460,wscale 7>
            s> S. 0:0(0) ack 6 <mss 1460,wscale 7>
            >c S. 0:0(0) ack 1 <mss 1460,wscale 7>
            >s . 1:3(2) ack 1 win 500 <> "Hi"
            """);
  }

  @Test
  @DisplayName("C-49 H-27 octets of a recorded SYN-ACK leave with its window, scaled")
  void scalesTheWindowOfARecordedSynAck() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460,wscale 7>
            >s same
            s> S. 0:5(5) ack 1 win 64000 <mss 1460,wscale 7> "Hello"
            >c S. 0:0(0) ack 1 win 64000 <mss 1460,wscale 7>
            c> . 1:1(0) ack 6 win 512
            >s . 1:1(0) ack 1 win 512
            >c . 1:3(2) ack 1 win 500 <> "Hi"
            """);
  }
}
