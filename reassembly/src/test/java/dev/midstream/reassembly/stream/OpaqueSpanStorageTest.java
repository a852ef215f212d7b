package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What the engine stores of an opaque span: octets in custody, and octets that wait for the window.
 */
class OpaqueSpanStorageTest {
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

  @Test
  @DisplayName("H-3 law 3 vouched octets up to the edge are not overtaken by other copies")
  void keepsVouchedOctetsUpToTheEdge() {
    TestEngine.inline(LambdaAgent.onClient(OpaqueSpanStorageTest::skipAll))
        .open(
            """
            c> . 65530:65540(10) ack 1 "dddddddddd"
            >c . 1:1(0) ack 1 <sack 65530:65536>
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
  @DisplayName("law 3 octets that wait for the window are not lost when others arrive")
  void keepsOctetsThatWaitForTheWindow() {
    String client = "win 65535 <mss 1460,sackOK,wscale 0>";
    String server = "win 53 <mss 1460,sackOK,wscale 0>";
    TestEngine.inline(LambdaAgent.onClient(OpaqueSpanStorageTest::skipAll))
        .run(
            Opening.of(client, server, "")
                + """
                c> . 21:75(54) ack 1
                >c . 1:1(0) ack 1 win 53 <sack 21:54>
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
                s> . 1:1(0) ack 75 win 53
                >c same
                """);
  }

  @Test
  @DisplayName("law 3 vouched octets that wait for a window taken back are not lost")
  void keepsVouchedOctetsWhoseWindowIsTakenBack() {
    String client = "win 65535 <mss 1460,sackOK,wscale 0>";
    String server = "win 80 <mss 1460,sackOK,wscale 0>";
    TestEngine.inline(LambdaAgent.onClient(OpaqueSpanStorageTest::skipAll))
        .run(
            Opening.of(client, server, "")
                + """
                c> . 21:75(54) ack 1
                >c . 1:1(0) ack 1 win 80 <sack 21:75>
                s> . 1:1(0) ack 1 win 53
                c> . 1:18(17) ack 1
                >s same
                >s . 21:54(33) ack 1
                c> . 48:51(3) ack 1
                >s . 48:51(3) ack 1
                s> . 1:1(0) ack 18 win 53
                >c . 1:1(0) ack 18 win 63
                >s . 54:71(17) ack 1
                c> . 18:21(3) ack 1
                >s same
                s> . 1:1(0) ack 71 win 53
                >c . 1:1(0) ack 75 win 49
                >s . 71:75(4) ack 1
                """);
  }

  private static void skipAll(OctetView view, Decisions out) {
    if (view.length() > 0) {
      out.skipRest();
    }
  }
}
