package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestLimits;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the engine must not believe, nor send, when the receiver speaks of the edited stream. */
class BackpressureTest {
  @Test
  @DisplayName("C-12 a blind FIN outside the window ends nothing")
  void ignoresABlindFin() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .open(
                """
                c> F. 900001:900001(0) ack 1
                >c . 1:1(0) ack 1
                c> F. 1:4(3) ack 1 "cat"
                >s F. 1:6(5) ack 1 "mouse"
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
  }

  @Test
  @DisplayName("C-12 H-41 a segment outside the window leaves no time stamp and no acknowledgement")
  void believesNothingOutsideTheWindow() {
    TestEngine.inline("cat", "mouse")
        .run(
            Opening.stamped(100, 500, 101)
                + """
                s> . 1:4(3) ack 1 <TS 501/101> "xyz"
                >c same
                c> . 900001:900001(0) ack 4 <TS 90000/501>
                c> . 1:4(3) ack 1 <TS 102/501> "cat"
                >s . 1:6(5) ack 1 <TS 102/501> "mouse"
                """);
  }

  @Test
  @DisplayName("H-28 an old acknowledgement does not move the receiver's right edge too far")
  void keepsTheRightEdgeOfAnOldAcknowledgement() {
    TestEngine.inline("cat", "elephant")
        .run(
            Opening.window(10)
                + """
                c> . 1:7(6) ack 1 "abcdef"
                >s . 1:7(6) ack 1 "abcdef"
                s> . 1:1(0) ack 7 win 4
                >c . 1:1(0) ack 7 win 4
                s> . 1:1(0) ack 1 win 10
                >c . 1:1(0) ack 7
                c> . 7:10(3) ack 1 "cat"
                >s . 7:11(4) ack 1 "elep"
                """);
  }

  @Test
  @DisplayName("C-33 octets nobody was shown for want of window are edited when it opens")
  void editsWhatWaitedForTheWindow() {
    Engine engine =
        TestEngine.inline("cat", "elephant")
            .limits(new TestLimits().waitingBytes(1))
            .run(
                Opening.window(6)
                    + """
                    c> . 1:4(3) ack 1 "cat"
                    >s . 1:7(6) ack 1 "elepha"
                    c> F. 4:7(3) ack 1 "cat"
                    >c . 1:1(0) ack 7 win 0
                    s> . 1:1(0) ack 7 win 60
                    >c . 1:1(0) ack 7
                    >s . 7:9(2) ack 1 "nt"
                    >s F. 9:17(8) ack 1 "elephant"
                    """);
    assertThat(engine.counters().of(Reason.WINDOW_FULL)).isOne();
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  @Test
  @DisplayName("C-33 opaque octets do not pass those that wait for the window")
  void opaqueOctetsWaitForTheWindow() {
    TestEngine.inline(
            LambdaAgent.withState((state, direction, view, out) -> {
              if (state == 0 && view.length() > 0) {
                out.replace(view.length(), Octets.ofText("elephant"));
                return 1;
              }
              out.skipRest();
              return state;
            }))
        .run(
            Opening.window(6)
                + """
                c> . 1:4(3) ack 1 "cat"
                >s . 1:7(6) ack 1 "elepha"
                c> . 4:5(1) ack 1 "x"
                c> . 5:6(1) ack 1 "y"
                s> . 1:1(0) ack 7 win 60
                >c . 1:1(0) ack 1
                >s . 7:11(4) ack 1 "ntxy"
                """);
  }

  @Test
  @DisplayName("C-36 a FIN repeated with octets that were acknowledged is repeated alone")
  void repeatsAFinBehindAcknowledgedOctets() {
    TestEngine.inline("cat", "mouse")
        .open(
            """
            c> F. 1:4(3) ack 1 "cat"
            >s F. 1:6(5) ack 1 "mouse"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 4
            c> F. 1:4(3) ack 1 "cat"
            >s F. 6:6(0) ack 1
            """);
  }

  @Test
  @DisplayName("C-62 a monitored connection is followed beyond its first window")
  void followsAMonitoredConnection() {
    Engine engine = TestEngine.inline("cat", "mouse").mode(Mode.MONITOR).engine();
    Script script = new Script(engine, engine::finish).run(TestEngine.OPEN);
    for (int start = 1; start < 100_000; start += 1_000) {
      int end = start + 1_000;
      script.run("c> . " + start + ":" + end + "(1000) ack 1\n>s same\n");
      script.run("s> . 1:1(0) ack " + end + "\n>c same\n");
    }
    script.run("c> . 100001:100004(3) ack 1 \"cat\"\n>s same\n");
    assertThat(engine.counters().edits()).isOne();
  }

  @Test
  @DisplayName("H-41 inline, what the receiver would drop by its time stamp never is a first copy")
  void refusesOldTimestamps() {
    Engine engine =
        TestEngine.inline("Hello", "Hi")
            .run(
                Opening.stamped(10, 900, 20)
                    + """
                    c> . 1:6(5) ack 1 win 65535 <TS 19/900> "Jello"
                    >c . 1:1(0) ack 1 <TS 900/20>
                    c> . 1:6(5) ack 1 win 65535 <TS 20/900> "Hello"
                    >s . 1:3(2) ack 1 win 65535 <TS 20/900> "Hi"
                    """);
    assertThat(engine.counters().of(Reason.PAWS)).isOne();
  }

  @Test
  @DisplayName(
      "C-33 law 11 what the other direction allows while the window is full is shown again")
  void showsAgainWhatWasAllowedMeanwhile() {
    LambdaAgent greeting =
        LambdaAgent.withState(
                (state, direction, view, out) -> {
                  String text = SimpleAgents.text(view);
                  if (direction == Direction.SERVER_TO_CLIENT) {
                    out.pass(view.length());
                    return view.length() > 0 ? 1 : state;
                  }
                  if (text.startsWith("x")) {
                    out.replace(1, Octets.ofText("y".repeat(1_000)));
                  } else if (state == 1) {
                    out.pass(view.length());
                  }
                  return state;
                })
            .withoutFlush();
    TestEngine.inline(greeting)
        .limits(new TestLimits().waitingBytes(500))
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 400 <mss 1460>
            >c same
            c> . 1:1(0) ack 1 win 65535
            >s same
            c> . 1:5(4) ack 1 win 65535 "xabc"
            >s . 1:401(400) ack 1
            s> . 1:4(3) ack 1 win 400 "hey"
            >c . 1:4(3) ack 1 "hey"
            s> . 4:4(0) ack 401 win 2000
            >c . 4:4(0) ack 1
            >s . 401:937(536) ack 1
            >s . 937:1001(64) ack 1
            >s . 1001:1004(3) ack 1 "abc"
            """);
  }

  @Test
  @DisplayName("law 10 what an agent reports is an event, and counted")
  void countsReports() {
    TestEngine ends =
        TestEngine.inline(
            LambdaAgent.onClient((view, out) -> {
              out.pass(view.length());
              out.report("seen");
            }));
    Engine engine =
        ends.open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s same
            """);
    assertThat(ends.eventTexts()).containsExactly("seen");
    assertThat(engine.counters().of(Reason.REPORT)).isOne();
  }
}
