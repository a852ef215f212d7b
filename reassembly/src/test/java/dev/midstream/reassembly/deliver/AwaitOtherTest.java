package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Octets that wait for an answer of the other direction. */
class AwaitOtherTest {
  /** What the client says passes as soon as the server has said something. */
  private static LambdaAgent answered() {
    return LambdaAgent.withState(AwaitOtherTest::decide).maxHold(4);
  }

  private static int decide(int state, Direction direction, OctetView view, Decisions out) {
    boolean isAnswer = direction == Direction.SERVER_TO_CLIENT && view.length() > 0;
    if (direction == Direction.CLIENT_TO_SERVER && state == 0) {
      out.awaitOther();
    } else if (view.length() > 0) {
      out.pass(view.length());
    }
    return isAnswer ? 1 : state;
  }

  @Test
  @DisplayName("C-63 more than the hold limit waits for the other direction")
  void waitsBeyondTheHoldLimit() {
    Engine engine =
        TestEngine.of(answered())
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                c> . 4:9(5) ack 1 "defgh"
                s> . 1:3(2) ack 1 "ok"
                >c . 1:3(2) ack 1 "ok"
                >s . 1:9(8) ack 1 "abcdefgh"
                c> . 9:10(1) ack 3 "i"
                >s same
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  @Test
  @DisplayName("C-63 octets beyond a gap that is filled wait too, however many")
  void waitsWithWhatWasDelayed() {
    Engine engine =
        TestEngine.of(answered())
            .open(
                """
                c> . 3:9(6) ack 1 "cdefgh"
                c> . 1:3(2) ack 1 "ab"
                s> . 1:3(2) ack 1 "ok"
                >c . 1:3(2) ack 1 "ok"
                >s . 1:9(8) ack 1 "abcdefgh"
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  @Test
  @DisplayName("C-63 no octets are shown before the other direction has changed the state")
  void showsNothingMeanwhile() {
    List<String> views = new ArrayList<>();
    TestEngine.of(answered().recording(views))
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            c> . 4:6(2) ack 1 "de"
            s> . 1:3(2) ack 1 "ok"
            >c . 1:3(2) ack 1 "ok"
            >s . 1:6(5) ack 1 "abcde"
            """);
    assertThat(views).containsExactly("abc", "ok", "abcde");
  }

  @Test
  @DisplayName("H-14 octets that wait open the window no further than the receiver's")
  void opensNoWindow() {
    Engine engine =
        TestEngine.inline(answered().maxHold(100))
            .run(
                Opening.window(10)
                    + """
                    c> . 1:11(10) ack 1 "abcdefghij"
                    >c . 1:1(0) ack 11 win 0
                    at 9s
                    s> . 1:3(2) ack 1 win 10 "ok"
                    >c . 1:3(2) ack 11 win 0 "ok"
                    >s . 1:11(10) ack 1 "abcdefghij"
                    s> . 3:3(0) ack 11 win 10
                    >c . 3:3(0) ack 11 win 10
                    """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  @Test
  @DisplayName("HDP-7 silence does not end a wait for the other direction")
  void waitsThroughSilence() {
    Engine engine =
        TestEngine.of(answered().withFlush())
            .vantage(Vantage.INLINE)
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                at 20s
                >c . 1:1(0) ack 4
                s> . 1:3(2) ack 1 "ok"
                >c . 1:3(2) ack 4 "ok"
                >s . 1:4(3) ack 1 "abc"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("C-63 C-65 octets wait for the other direction though what follows finds no room")
  void waitsWithoutRoom() {
    Engine engine =
        TestEngine.inline(answered())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open(
                """
                c> . 1:1461(1460) ack 1
                c> . 1461:1462(1) ack 1
                at 0.2s
                >c . 1:1(0) ack 1462
                at 200s
                c> . 1462:1562(100) ack 1
                >c . 1:1(0) ack 1462
                at 300s
                c> . 1462:1562(100) ack 1
                >c . 1:1(0) ack 1462
                s> . 1:3(2) ack 1 "ok"
                >c . 1:3(2) ack 1462 "ok"
                >s . 1:537(536) ack 1
                >s . 537:1073(536) ack 1
                >s . 1073:1462(389) ack 1
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  @Test
  @DisplayName("C-63 the call is made again at the end of the stream, where nothing may wait")
  void endsWithTheStream() {
    Engine engine =
        TestEngine.of(answered())
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                c> F. 4:4(0) ack 1
                >s R. 1:1(0) ack 1
                >c R. 1:1(0) ack 1
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }

  @Test
  @DisplayName("C-63 a recorded sender, whom no window stops, fills the room and no more")
  void fillsTheRoomOfARecording() {
    Engine engine =
        TestEngine.of(answered())
            .vantage(Vantage.RECORDING)
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(5))
            .open(
                """
                c> . 1:6(5) ack 1 "abcde"
                c> . 6:7(1) ack 1 "f"
                >s R. 1:1(0) ack 1
                >c R. 1:1(0) ack 1
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }
}
