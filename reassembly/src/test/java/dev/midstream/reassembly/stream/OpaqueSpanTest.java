package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Octets that the agent skipped. */
class OpaqueSpanTest {
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DISCARD")
  @DisplayName("C-6 octets delayed inside a span that becomes opaque leave at their place")
  void releasesDelayedOctetsOfASpan(Policies.OutOfOrder order) {
    List<String> views = new ArrayList<>();
    TestEngine.of(SimpleAgents.skipping().recording(views))
        .outOfOrder(order)
        .open(
            """
            c> . 6:9(3) ack 1 "fgh"
            c> P. 11:14(3) ack 1 "klx"
            c> . 1:4(3) ack 1 "xaS"
            >s . 1:5(4) ack 1 "yyaS"
            >s . 7:10(3) ack 1 "fgh"
            >s P. 12:16(4) ack 1 "klyy"
            c> . 9:11(2) ack 1 "ij"
            >s . 10:12(2) ack 1 "ij"
            c> . 4:6(2) ack 1 "de"
            >s . 5:7(2) ack 1 "de"
            """);
    assertThat(views).contains("lx").noneMatch(view -> view.contains("f"));
  }

  @Test
  @DisplayName("octets of a span pass at once, with or without gaps, and are not shown")
  void forwardsASpanAtOnce() {
    List<String> views = new ArrayList<>();
    TestEngine.of(SimpleAgents.skipping().recording(views))
        .open(
            """
            c> . 1:3(2) ack 1 "xS"
            >s . 1:4(3) ack 1 "yyS"
            c> . 5:7(2) ack 1 "ab"
            >s . 6:8(2) ack 1 "ab"
            c> . 9:12(3) ack 1 "cdx"
            >s . 10:14(4) ack 1 "cdyy"
            c> . 5:7(2) ack 1 "ab"
            >s . 6:8(2) ack 1 "ab"
            c> . 3:5(2) ack 1 "ef"
            >s . 4:6(2) ack 1 "ef"
            s> . 1:1(0) ack 3 <sack 5:7 9:12>
            >c . 1:1(0) ack 4 <sack 6:8 10:14>
            """);
    assertThat(views).containsExactly("xS", "x");
  }

  @Test
  @DisplayName("HDP-11 octets of a span are not shown in monitor mode either")
  void skipsASpanInMonitorMode() {
    List<String> views = new ArrayList<>();
    Engine engine =
        TestEngine.of(SimpleAgents.skipping().recording(views))
            .mode(Mode.MONITOR)
            .open(
                """
                c> . 6:9(3) ack 1 "fgh"
                >s same
                c> . 11:14(3) ack 1 "klx"
                >s same
                c> . 1:4(3) ack 1 "xaS"
                >s same
                c> . 9:11(2) ack 1 "ij"
                >s same
                """);
    assertThat(views).containsExactly("xaS", "lx");
    assertThat(engine.counters().edits()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("law 2 an insertion before octets that become opaque leaves once")
  void insertsOnceBeforeAnOpaqueSpan(Vantage vantage) {
    TestEngine.of(
            LambdaAgent.onClient((view, out) -> {
              if (view.length() > 0) {
                out.pass(view.length());
                out.replace(0, Octets.ofText("RR"));
                out.skipRest();
              }
            }))
        .vantage(vantage)
        .outOfOrder(Policies.OutOfOrder.DELAY_SINGLE)
        .run(
            Opening.PLAIN
                + """
                c> . 5:9(4) ack 1 "dddd"
                """
                + (vantage == Vantage.INLINE ? ">c . 1:1(0) ack 1\n" : "")
                + """
                c> . 1:5(4) ack 1 "aaaa"
                >s . 1:7(6) ack 1 "aaaaRR"
                >s . 7:11(4) ack 1 "dddd"
                """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-8 a segment that extends beyond an opaque span disagrees: the first copy leaves")
  void firstCopyWinsAfterAnOpaqueSpan(Vantage vantage) {
    TestEngine test = TestEngine.of(SimpleAgents.skipping()).vantage(vantage);
    test.run(
        Opening.PLAIN
            + """
            c> . 12:16(4) ack 1 "dddd"
            """
            + (vantage == Vantage.INLINE ? ">c . 1:1(0) ack 1\n" : "")
            + """
            c> . 1:2(1) ack 1 "S"
            >s same
            c> . 8:14(6) ack 1 "bcefXX"
            >s . 8:16(8) ack 1 "bcefdddd"
            """);
    assertThat(test.events()).containsExactly(Reason.INCONSISTENT_OVERLAP);
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
  @DisplayName("octets at the end of a span do not wait for a gap in it")
  void showsOctetsAfterAGapOfASpan() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(
            LambdaAgent.withState(
                    (state, direction, view, out) -> {
                      if (state == 0 && view.length() > 0) {
                        out.skip(8);
                        return 1;
                      }
                      SimpleAgents.pass(view, out);
                      return state;
                    })
                .recording(views))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            c> . 9:11(2) ack 1 "ij"
            >s same
            c> . 3:9(6) ack 1 "cdefgh"
            >s same
            """);
    assertThat(views).containsExactly("ab", "ij");
  }

  @Test
  @DisplayName("C-33 opaque octets up to the receiver's right edge pass, and are not kept")
  void forwardsASpanUpToTheRightEdge() {
    Engine engine =
        TestEngine.inline(LambdaAgent.onClient((view, out) -> out.skipRest()))
            .run(
                Opening.window(10)
                    + """
                    c> . 1:6(5) ack 1
                    >s same
                    s> . 1:1(0) ack 6 win 5
                    >c same
                    c> . 6:11(5) ack 1
                    >s same
                    """);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("a connection is at rest between opaque octets that come in order")
  void restsInASpan() {
    Engine engine =
        TestEngine.inline(LambdaAgent.onClient((view, out) -> out.skip(100)))
            .run(
                Opening.PLAIN
                    + """
                    c> . 1:6(5) ack 1
                    >s same
                    s> . 1:1(0) ack 6
                    >c same
                    c> . 6:11(5) ack 1
                    >s same
                    """);
    assertThat(Connections.only(engine).isAtRest()).isTrue();
  }
}
