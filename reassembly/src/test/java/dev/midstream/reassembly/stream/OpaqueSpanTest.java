package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Decisions;
import dev.midstream.modcmd.agent.OctetView;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
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
  @DisplayName("HDP-11 a span is followed in monitor mode too")
  void followsASpanInMonitorMode() {
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

  @Test
  @DisplayName("C-60 both directions opaque and nothing edited: the connection is untouched")
  void opaqueConnectionIsUntouched() {
    Engine engine =
        TestEngine.of(LambdaAgent.by((direction, view, out) -> out.notMine("tls")))
            .open(
                """
                c> . 4:6(2) ack 1
                c> . 1:4(3) ack 1
                >s . 1:6(5) ack 1 "abcde"
                c> P. 6:8(2) ack 1 badsum
                >s same
                """);
    List<Handling> handlings = new ArrayList<>();
    engine.forEachConnection(connection -> handlings.add(connection.handling()));
    assertThat(handlings).containsExactly(Handling.UNTOUCHED);
    assertThat(engine.counters().of(Reason.NOT_MINE)).isOne();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("H-3 law 3 vouched octets beyond the window are not overtaken by other copies")
  void keepsVouchedOctetsBeyondTheWindow() {
    TestEngine.inline(LambdaAgent.onClient(OpaqueSpanTest::skipAll))
        .open(
            """
            c> . 65530:65540(10) ack 1 "dddddddddd"
            >c . 1:1(0) ack 1 <sack 65530:65540>
            c> . 1:2(1) ack 1 "S"
            >s . 1:2(1) ack 1 "S"
            >s . 65530:65536(6) ack 1 "dddddd"
            s> . 1:1(0) ack 2 win 65534
            >c same
            c> . 65520:65535(15) ack 1 ttl 3 "bbbbbbbbbbbbbbb"
            >s . 65520:65535(15) ack 1 ttl 3 "bbbbbbbbbbddddd"
            at 2s
            >s P. 65530:65536(6) ack 1 "dddddd"
            """);
  }

  @Test
  @DisplayName("law 3 vouched octets that wait for the window are not lost when others arrive")
  void keepsVouchedOctetsThatWaitForTheWindow() {
    String client = "win 65535 <mss 1460,sackOK,wscale 0>";
    String server = "win 53 <mss 1460,sackOK,wscale 0>";
    TestEngine.inline(LambdaAgent.onClient(OpaqueSpanTest::skipAll))
        .run(
            Opening.of(client, server, "")
                + """
                c> . 21:75(54) ack 1
                >c . 1:1(0) ack 1 win 53 <sack 21:75>
                c> . 1:18(17) ack 1
                >s same
                >s . 21:54(33) ack 1
                c> . 48:51(3) ack 1
                >s . 48:51(3) ack 1
                s> . 1:1(0) ack 18 win 53
                >c same
                >s . 54:71(17) ack 1
                c> . 18:21(3) ack 1
                >s same
                s> . 1:1(0) ack 71 win 53
                >c same
                >s . 71:75(4) ack 1
                """);
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

  private static void skipAll(OctetView view, Decisions out) {
    if (view.length() > 0) {
      out.skipRest();
    }
  }
}
