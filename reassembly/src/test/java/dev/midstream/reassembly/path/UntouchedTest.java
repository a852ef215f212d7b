package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections that became untouched after their agent left them. */
class UntouchedTest {
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
  @DisplayName("C-60 both directions opaque and nothing edited: the connection is untouched")
  void leavesAnOpaqueConnectionUntouched() {
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
    assertThat(Connections.only(engine).handling()).isEqualTo(Handling.UNTOUCHED);
    assertThat(engine.counters().of(Reason.NOT_MINE)).isOne();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-60 H-43 both directions opaque and nothing shifted: the connection is untouched")
  void leavesAnOpaqueConnectionUntouchedInline() {
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

  @Test
  @DisplayName("H-14 C-60 law 6 octets beyond the receiver's window, once promised, wait for it")
  void keepsWhatWasPromisedBeyondTheWindow() {
    LambdaAgent failing =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT && view.length() > 0) {
            throw new IllegalStateException("a fault");
          }
          out.need(8);
        });
    TestEngine.inline(failing)
        .run(
            Opening.window(4)
                + """
                c> . 1:5(4) ack 1 "abcd"
                >c . 1:1(0) ack 5 win 4
                s> . 1:2(1) ack 1 win 4 "x"
                >c . 1:2(1) ack 5 win 4 "x"
                >s . 1:5(4) ack 1 "abcd"
                s> . 2:2(0) ack 5 win 0
                nothing
                c> . 5:9(4) ack 2 "efgh"
                >s . 5:5(0) ack 2
                s> . 2:2(0) ack 5 win 4
                >s . 5:9(4) ack 2 "efgh"
                """);
  }
}
