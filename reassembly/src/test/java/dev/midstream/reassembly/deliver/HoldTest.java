package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HoldTest {
  private static TestEngine hello() {
    return TestEngine.of("Hello world", "Hi there");
  }

  @Test
  @DisplayName("HDP-7 C-14 a match split over segments is edited; its beginning is held")
  void holdsTheBeginningOfAMatch() {
    Engine engine =
        hello()
            .open(
                """
                c> . 1:7(6) ack 1 "Say He"
                >s . 1:5(4) ack 1 "Say "
                c> . 7:12(5) ack 1 "llo w"
                c> P. 12:20(8) ack 1 "orld now"
                >s P. 5:17(12) ack 1 "Hi there now"
                """);
    assertThat(engine.counters().of(Reason.HELD)).isEqualTo(2);
    assertThat(engine.counters().edits()).isOne();
  }

  @Test
  @DisplayName("HDP-7 C-14 one octet in each segment: nothing leaves before it is decided")
  void editsOctetByOctet() {
    StringBuilder script = new StringBuilder();
    String text = "Hello world";
    for (int at = 1; at <= text.length(); at++) {
      String octet = text.substring(at - 1, at);
      script.append("c> . %d:%d(1) ack 1 \"%s\"\n".formatted(at, at + 1, octet));
    }
    hello().open(script + ">s . 1:9(8) ack 1 \"Hi there\"");
  }

  @Test
  @DisplayName("C-16 a failed prefix leaves up to the next possible beginning of a match")
  void releasesAFailedPrefix() {
    TestEngine.of("aab", "X")
        .open(
            """
            c> . 1:4(3) ack 1 "aaa"
            >s . 1:2(1) ack 1 "a"
            c> . 4:5(1) ack 1 "a"
            >s . 2:3(1) ack 1 "a"
            c> . 5:7(2) ack 1 "ba"
            >s . 3:4(1) ack 1 "X"
            """);
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> . 1:4(3) ack 1 "Hel"
            c> . 4:9(5) ack 1 "Hello"
            >s . 1:6(5) ack 1 "HelHi"
            """);
  }

  @Test
  @DisplayName("HDP-7 PSH leaves with the last octet released, also while the rest is held")
  void keepsPush() {
    hello()
        .open(
            """
            c> P. 1:7(6) ack 1 "Say He"
            >s P. 1:5(4) ack 1 "Say "
            c> . 7:10(3) ack 1 "y! "
            >s P. 5:10(5) ack 1 "Hey! "
            """);
  }

  @Test
  @DisplayName("H-4 a new acknowledgement or window of a held segment leaves at once")
  void forwardsAcknowledgementsOfHeldSegments() {
    hello()
        .open(
            """
            s> . 1:5(4) ack 1 "abcd"
            >c same
            c> . 1:4(3) ack 5 win 700 "Hel"
            >s . 1:1(0) ack 5 win 700
            c> . 4:5(1) ack 5 win 700 "l"
            c> . 5:6(1) ack 5 win 800 "o"
            >s . 1:1(0) ack 5 win 800
            """);
  }

  @Test
  @DisplayName("C-14 after need(n) the agent is called when n octets are there or the stream ends")
  void callsAgentWhenTheNeedIsMet() {
    List<String> views = new ArrayList<>();
    TestEngine.of(HoldingAgents.needing(4).recording(views))
        .open(
            """
            c> . 1:2(1) ack 1 "a"
            c> . 2:3(1) ack 1 "b"
            c> . 3:4(1) ack 1 "c"
            c> . 4:6(2) ack 1 "de"
            >s . 1:6(5) ack 1 "abcde"
            c> . 6:7(1) ack 1 "f"
            c> F. 7:7(0) ack 1
            >s F. 6:7(1) ack 1 "f"
            """);
    assertThat(views).containsExactly("a", "abcde", "f", "f");
  }

  @Test
  @DisplayName("C-63 beyond the hold limit both endpoints are reset, with a reason")
  void resetsBeyondTheHoldLimit() {
    Engine engine =
        TestEngine.of(LineAgents.passing().maxHold(4))
            .open(
                """
                s> . 1:3(2) ack 1 "x\\n"
                >c same
                c> . 1:5(4) ack 3 "abcd"
                >s . 1:1(0) ack 3
                c> . 5:6(1) ack 3 "e"
                >s R. 1:1(0) ack 3
                >c R. 3:3(0) ack 1
                c> . 5:6(1) ack 3 "e"
                nothing
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-63 beyond the hold limit the held octets pass unedited by policy")
  void passesBeyondTheHoldLimit() {
    Engine engine =
        TestEngine.of(LineAgents.passing().maxHold(4))
            .onFailure(OnFailure.PASS, OnFailure.PASS)
            .open(
                """
                c> . 1:5(4) ack 1 "abcd"
                c> . 5:6(1) ack 1 "e"
                >s . 1:6(5) ack 1 "abcde"
                c> . 6:7(1) ack 1 "f"
                >s same
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }

  @Test
  @DisplayName("C-63 a need beyond the hold limit is refused at once")
  void refusesANeedBeyondTheLimit() {
    Engine engine =
        TestEngine.of(LambdaAgent.by((direction, view, out) -> out.need(100)).maxHold(99))
            .open("c> . 1:2(1) ack 1 \"a\"\n>s R. 1:1(0) ack 1\n>c R. 1:1(0) ack 1");
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
  }

  @Test
  @DisplayName("HDP-7 after one second the agent is called with flush; then the rest passes")
  void holdTimeEndsAHold() {
    Engine engine =
        TestEngine.of("Hello", "Hi", "Hell", "Ho")
            .open(
                """
                c> . 1:5(4) ack 1 "Hell"
                at 0.9s
                nothing
                at 1.1s
                >s . 1:3(2) ack 1 "Ho"
                c> . 5:8(3) ack 1 "Hel"
                at 2.1s
                >s . 3:6(3) ack 1 "Hel"
                c> . 8:10(2) ack 1 "lo"
                >s . 6:8(2) ack 1 "lo"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isEqualTo(2);
  }

  @Test
  @DisplayName("HDP-7 the hold time does not end a hold while a gap is open")
  void gapBeforeTheEngineEndsNoHold() {
    hello()
        .vantage(Vantage.INLINE)
        .open(
            """
            c> . 1:4(3) ack 1 "Hel"
            c> . 6:12(6) ack 1 " world"
            >c . 1:1(0) ack 1 <sack 6:12>
            at 5s
            >c . 1:1(0) ack 4 <sack 6:12>
            c> . 4:6(2) ack 1 "lo"
            >s . 1:9(8) ack 1 "Hi there"
            """);
  }

  @Test
  @DisplayName("an agent without flush holds until the end of the input")
  void holdsWithoutFlushUntilTheEndOfInput() {
    Engine engine =
        TestEngine.of(LineAgents.passing())
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                at 100s
                nothing
                end
                >s . 1:4(3) ack 1 "abc"
                """);
    assertThat(engine.counters().of(Reason.END_OF_INPUT)).isOne();
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName(
      "HDP-14 a state change in one direction shows the other direction's held octets again")
  void stateChangeWakesTheOtherDirection() {
    LambdaAgent waiting =
        LambdaAgent.withState((state, direction, view, out) -> {
          boolean answer = direction == Direction.SERVER_TO_CLIENT;
          if (view.length() > 0 && (answer || state > 0)) {
            out.replace(view.length(), Octets.ofText(answer ? "ok" : "go"));
            return state + (answer ? 1 : 0);
          }
          return state;
        });
    TestEngine.of(waiting)
        .open(
            """
            c> . 1:2(1) ack 1 "?"
            s> . 1:4(3) ack 1 "yes"
            >c . 1:3(2) ack 1 "ok"
            >s . 1:3(2) ack 1 "go"
            """);
  }

  @Test
  @DisplayName("HDP-7 the hold time also ends holds of octets that were delayed")
  void holdTimeRunsForDelayedOctets() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .outOfOrder(Policies.OutOfOrder.DELAY_SINGLE)
            .open(
                """
                c> . 4:7(3) ack 1 "Hel"
                c> . 1:4(3) ack 1 "abc"
                >s . 1:4(3) ack 1 "abc"
                at 2s
                >s . 4:7(3) ack 1 "Hel"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isOne();
  }

  @Test
  @DisplayName("C-5 a retransmission of held octets counts as held, not as below the window")
  void countsRetransmittedHeldOctetsAsHeld() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> . 1:4(3) ack 1 "Hel"
                c> . 1:4(3) ack 1 "Hel"
                """);
    assertThat(engine.counters().of(Reason.HELD)).isEqualTo(2);
    assertThat(engine.counters().of(Reason.BELOW_WINDOW)).isZero();
  }

  @Test
  @DisplayName("C-14 an agent that needs octets is not called before they have arrived")
  void callsNoAgentBeforeTheNeedIsMet() {
    List<Integer> lengths = new ArrayList<>();
    int need = 70_000;
    TestEngine engine =
        TestEngine.of(
                LambdaAgent.by(
                        (direction, view, out) -> {
                          lengths.add(view.length());
                          if (view.length() < need && !view.endOfStream()) {
                            out.need(need);
                          } else {
                            SimpleAgents.pass(view, out);
                          }
                        })
                    .maxHold(1_000_000))
            .limits(EngineLimits.DEFAULTS.withHoldBytes(1_000_000));
    engine.open(
        """
        c> . 60001:66001(6000) ack 1
        c> . 1:60001(60000) ack 1
        """);
    assertThat(lengths).containsExactly(65_536);
  }

  @Test
  @DisplayName("H-39 C-63 junk without an end of line does not bypass the agent: reset by default")
  void resetsJunkByDefault() {
    assertThat(Policies.DEFAULTS.onHoldLimit()).isEqualTo(OnFailure.RESET);
    Engine engine =
        TestEngine.inline(LineAgents.passing().maxHold(4))
            .open(
                """
                c> . 1:5(4) ack 1 "junk"
                at 0.2s
                >c . 1:1(0) ack 5
                c> P. 5:10(5) ack 1 "DENY\\n"
                >s P. 1:10(9) ack 1 "junkDENY\\n"
                c> . 10:15(5) ack 1 "junk!"
                >s R. 1:1(0) ack 1
                >s R. 10:10(0) ack 1
                >c R. 1:1(0) ack 5
                s> . 1:1(0) ack 10
                >s R 10:10(0)
                c> P. 15:20(5) ack 1 "DENY\\n"
                >c R 1:1(0)
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("HDP-7 an agent that decided all and needs more is called when that came")
  void waitsForANeedAfterAllWasDecided() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(
            LambdaAgent.onClient(
                    (view, out) -> {
                      SimpleAgents.pass(view, out);
                      out.need(4);
                    })
                .recording(views))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            c> . 3:5(2) ack 1 "cd"
            nothing
            c> . 5:7(2) ack 1 "ef"
            >s . 3:7(4) ack 1 "cdef"
            """);
    assertThat(views).containsExactly("ab", "cdef");
  }

  @Test
  @DisplayName("law 5 an agent that holds octets is called again only for more octets")
  void callsTheAgentOnceForTheSameOctets() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(LambdaAgent.onClient((view, out) -> {}).recording(views))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            c> . 3:5(2) ack 1 "cd"
            nothing
            """);
    assertThat(views).containsExactly("ab", "abcd");
  }

  @Test
  @DisplayName("HDP-7 after a flush the next octets are shown, however few they are")
  void showsOctetsAfterAFlush() {
    TestEngine.inline(
            LambdaAgent.onClient(
                    (view, out) -> {
                      if (!SimpleAgents.text(view).startsWith("H")) {
                        SimpleAgents.pass(view, out);
                      }
                    })
                .withFlush())
        .open(
            """
            c> . 1:5(4) ack 1 "Hell"
            at 0.1s
            >c . 1:1(0) ack 5
            at 1.1s
            >s . 1:5(4) ack 1 "Hell"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 5
            c> . 6:7(1) ack 1 "b"
            >c . 1:1(0) ack 5 <sack 6:7>
            c> . 5:6(1) ack 1 "a"
            >s . 5:7(2) ack 1 "ab"
            """);
  }
}
