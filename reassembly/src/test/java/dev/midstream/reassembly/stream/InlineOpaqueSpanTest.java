package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Opaque octets, inline. */
class InlineOpaqueSpanTest {
  @Test
  @DisplayName("H-43 opaque octets are neither kept nor delayed nor acknowledged by the engine")
  void keepsNothingOfASpan() {
    Engine engine =
        TestEngine.inline(SimpleAgents.skipping())
            .open(
                """
                c> . 1:3(2) ack 1 "xS"
                >s . 1:4(3) ack 1 "yyS"
                s> . 1:1(0) ack 4 win 65532
                >c . 1:1(0) ack 3 win 65533
                c> . 5:7(2) ack 1 "ab"
                >s . 6:8(2) ack 1 "ab"
                c> . 7:9(2) ack 1 "cd"
                >s . 8:10(2) ack 1 "cd"
                at 10s
                nothing
                s> . 1:1(0) ack 4 <sack 6:10>
                >c . 1:1(0) ack 3 <sack 5:9>
                """);
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(engine.counters().of(Reason.DELAYED)).isZero();
    assertThat(engine.counters().of(Reason.ACK_MADE)).isZero();
  }

  @Test
  @DisplayName("H-43 a retransmitted opaque octet passes unchanged")
  void retransmitsASpanUnchanged() {
    Engine engine =
        TestEngine.inline(SimpleAgents.skipping())
            .open(
                """
                c> . 1:3(2) ack 1 "xS"
                >s . 1:4(3) ack 1 "yyS"
                c> . 3:7(4) ack 1 "abcd"
                >s . 4:8(4) ack 1 "abcd"
                c> . 3:7(4) ack 1 "ABCD"
                >s . 4:8(4) ack 1 "ABCD"
                c> . 5:7(2) ack 1 "cd"
                >s . 6:8(2) ack 1 "cd"
                """);
    assertThat(engine.counters().of(Reason.INCONSISTENT_RETRANSMISSION)).isZero();
  }

  @Test
  @DisplayName(
      "C-3 a retransmission over edits and a span: first copies, and opaque octets unchanged")
  void retransmitsAcrossTheEdgesOfASpan() {
    TestEngine.inline(SimpleAgents.skipping())
        .open(
            """
            c> . 1:13(12) ack 1 "xSabcdefghxz"
            >s . 1:15(14) ack 1 "yySabcdefghyyz"
            c> . 1:13(12) ack 1 "xSabcdefghxz"
            >s . 1:15(14) ack 1 "yySabcdefghyyz"
            c> . 8:12(4) ack 1 "fghx"
            >s . 9:14(5) ack 1 "fghyy"
            c> . 1:5(4) ack 1 "xSab"
            >s . 1:6(5) ack 1 "yySab"
            """);
  }

  @Test
  @DisplayName("C-36 a FIN inside a span leaves at its place, with or without a gap")
  void forwardsAFinInsideASpan() {
    TestEngine.inline(SimpleAgents.skipping())
        .open(
            """
            c> . 1:3(2) ack 1 "xS"
            >s . 1:4(3) ack 1 "yyS"
            c> F. 5:7(2) ack 1 "cd"
            >s F. 6:8(2) ack 1 "cd"
            c> . 3:5(2) ack 1 "ab"
            >s . 4:6(2) ack 1 "ab"
            s> . 1:1(0) ack 9
            >c . 1:1(0) ack 8
            """);
  }

  @Test
  @DisplayName("C-60 H-43 both directions opaque and nothing shifted: the connection is untouched")
  void uneditedOpaqueConnectionIsUntouched() {
    Engine engine =
        TestEngine.inline(LambdaAgent.by((direction, view, out) -> out.detach()))
            .open(
                """
                c> . 1:3(2) ack 1 "ab"
                >s same
                c> . 5:7(2) ack 1 "ef" badsum
                >s same
                s> . 900:905(5) ack 77
                >c same
                c> . 3:5(2) ack 1 "cd"
                >s same
                at 60s
                nothing
                """);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-60 H-43 octets in custody are retransmitted after the agent detached")
  void retransmitsCustodyAfterADetach() {
    TestEngine.inline(HoldingAgents.detachingAt('d'))
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            at 0.2s
            >c . 1:1(0) ack 4
            c> . 4:5(1) ack 1 "d"
            >s . 1:5(4) ack 1 "abcd"
            at 1.4s
            >s P. 1:4(3) ack 1 "abc"
            s> . 1:1(0) ack 4 win 65532
            c> . 4:5(1) ack 1 "d"
            >s . 4:5(1) ack 1 "d"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName("C-33 H-43 delayed opaque octets wait for earlier output and for the window")
  void delayedOctetsOfASpanWaitForTheWindow() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (view.length() > 0) {
                out.replace(10, Octets.ofText("x".repeat(100)));
                out.skip(20);
              }
            }))
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 50 <mss 1460>
            >c same
            c> . 1:1(0) ack 1 win 65535
            >s same
            c> . 21:31(10) ack 1 "uvwxyzUVWX"
            >c . 1:1(0) ack 1 win 50
            c> . 1:11(10) ack 1 "0123456789"
            >s . 1:51(50) ack 1
            s> . 1:1(0) ack 51 win 50
            >s . 51:101(50) ack 1
            c> . 11:21(10) ack 1 "abcdefghij"
            s> . 1:1(0) ack 101 win 50
            >c . 1:1(0) ack 11 win 50
            >s . 101:121(20) ack 1 "abcdefghijuvwxyzUVWX"
            """);
  }

  /** An engine whose agent skips everything, so that connections become untouched. */
  private static TestEngine skippingAll() {
    return TestEngine.inline(
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() > 0) {
            out.skipRest();
          }
        }));
  }

  private static final String UNTOUCHED =
      """
      c> P. 1:3(2) ack 1 "ab"
      >s same
      s> P. 1:3(2) ack 3 "cd"
      >c same
      c> . 3:3(0) ack 3
      >s same
      """;

  @Test
  @DisplayName("law 7 a damaged segment with SYN passes damaged on an untouched connection")
  void forwardsADamagedSynOfAnUntouchedConnection() {
    skippingAll()
        .open(
            UNTOUCHED
                + """
                c> S. 3:4(1) ack 3 "e" badsum
                >s same
                """);
  }

  @Test
  @DisplayName("law 1 after both FINs a late retransmission of an untouched connection passes")
  void keepsUntouchedConnectionForLateRetransmissions() {
    skippingAll()
        .open(
            UNTOUCHED
                + """
                c> FP. 3:4(1) ack 3 "e"
                >s same
                s> F. 3:3(0) ack 3
                >c same
                at 200s
                c> FP. 3:4(1) ack 4 "e"
                >s same
                s> . 4:4(0) ack 5
                >c same
                """);
  }
}
