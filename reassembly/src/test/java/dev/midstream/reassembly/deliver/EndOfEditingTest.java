package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of editing: held, delayed, waiting and vouched octets. */
class EndOfEditingTest {
  @Test
  @DisplayName("C-60 a delayed segment ends editing: held octets of the other direction leave")
  void releasesHeldOctetsOfTheOtherDirection() {
    TestEngine.of(detachingAtX())
        .outOfOrder(Policies.OutOfOrder.DELAY_SINGLE)
        .open(
            """
            c> . 1:4(3) ack 1 "Hel"
            s> . 2:3(1) ack 4 "X"
            s> . 1:2(1) ack 4 "a"
            >c . 1:2(1) ack 1 "a"
            >c . 2:3(1) ack 1 "X"
            >s . 1:4(3) ack 1 "Hel"
            """);
  }

  private static LambdaAgent detachingAtX() {
    return LambdaAgent.by((direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER) {
        return;
      }
      if (view.length() > 0 && view.at(0) == 'X') {
        out.detach();
      } else {
        SimpleAgents.pass(view, out);
      }
    });
  }

  @Test
  @DisplayName("law 2 after an edit of equal length the original octets never pass")
  void editedConnectionIsNeverUntouched() {
    LambdaAgent once =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.CLIENT_TO_SERVER && view.length() > 0) {
            out.replace(2, Octets.ofText("xy"));
          }
          if (view.length() > 0) {
            out.skipRest();
          }
        });
    TestEngine.inline(once)
        .open(
            """
            c> P. 1:3(2) ack 1 "ab"
            >s P. 1:3(2) ack 1 "xy"
            s> . 1:1(0) ack 3
            >c same
            at 10s
            s> P. 1:2(1) ack 3 "z"
            >c same
            c> . 3:3(0) ack 2
            >s same
            at 20s
            c> P. 3:4(1) ack 2 "c"
            >s same
            s> . 2:2(0) ack 4
            >c same
            at 30s
            c> P. 1:3(2) ack 2 "ab"
            >c . 2:2(0) ack 4 <sack 1:3>
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-22 the mapping stays after editing has ended")
  void keepsMappingAfterEditingEnded(Vantage vantage) {
    boolean edited = vantage == Vantage.INLINE;
    TestEngine.of(
            LambdaAgent.by((direction, view, out) -> {
              out.replace(view.length(), Octets.ofText("Hi"));
              out.notMine("that was all");
            }))
        .vantage(vantage)
        .open(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack %d
            >c . 1:1(0) ack %d
            at 600s
            c> . 6:9(3) ack 1
            >s . 3:6(3) ack 1
            s> . 1:4(3) ack %d
            >c . 1:4(3) ack %d
            """
                .formatted(edited ? 3 : 6, edited ? 6 : 3, edited ? 6 : 9, edited ? 9 : 6));
  }

  @Test
  @DisplayName("C-60 edits made before editing ended stay")
  void keepsEarlierEdits() {
    Engine engine =
        TestEngine.of(
                LambdaAgent.withState((state, direction, view, out) -> {
                  if (state == 0 && view.length() > 0) {
                    out.replace(view.length(), Octets.ofText("longer"));
                    return 1;
                  }
                  out.detach();
                  return state;
                }))
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                >s . 1:7(6) ack 1 "longer"
                c> . 4:6(2) ack 1 "de"
                >s . 7:9(2) ack 1 "de"
                c> . 1:6(5) ack 1 "abcde"
                >s . 1:9(8) ack 1 "longerde"
                c> . 10:12(2) ack 1 "ij"
                >s . 13:15(2) ack 1 "ij"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 9
                s> R. 1:1(0) ack 6
                >c R. 1:1(0) ack 9
                """);
    assertThat(engine.counters().of(Reason.DETACHED)).isOne();
  }

  @Test
  @DisplayName(
      "H-3 law 11 octets vouched for after a gap are retransmitted after editing has ended")
  void retransmitsVouchedOctetsAfterEditingEnded() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (direction == Direction.SERVER_TO_CLIENT) {
                out.detach();
              } else {
                SimpleAgents.pass(view, out);
              }
            }))
        .open(
            """
            c> . 1:11(10) ack 1 "0123456789"
            >s same
            s> . 1:1(0) ack 11
            >c same
            c> . 21:31(10) ack 1 "abcdefghij"
            >c . 1:1(0) ack 11 <sack 21:31>
            s> . 1:5(4) ack 11
            >c same
            >s . 21:31(10) ack 1 "abcdefghij"
            at 0.25s
            >s P. 21:31(10) ack 1 "abcdefghij"
            s> . 5:5(0) ack 11 <sack 21:31>
            >c same
            c> . 11:21(10) ack 5
            >s same
            s> . 5:5(0) ack 31
            >c same
            at 60s
            nothing
            """);
  }

  @Test
  @DisplayName("C-33 editing ends at a gap: output that waits for the window leaves first")
  void waitingOutputLeavesFirst() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (direction == Direction.SERVER_TO_CLIENT) {
                out.detach();
              } else if (view.length() > 0) {
                out.replace(view.length(), Octets.ofText("x".repeat(100)));
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
            c> . 1:11(10) ack 1 "0123456789"
            >s . 1:51(50) ack 1
            c> . 21:31(10) ack 1 "uvwxyzUVWX"
            s> . 1:5(4) ack 1 win 50 "bye!"
            >c same
            s> . 5:5(0) ack 51 win 100
            >c . 5:5(0) ack 1 win 60
            >s . 51:101(50) ack 1
            >s . 111:121(10) ack 1 "uvwxyzUVWX"
            c> . 11:21(10) ack 1 "abcdefghij"
            >s . 101:111(10) ack 1 "abcdefghij"
            """);
  }
}
