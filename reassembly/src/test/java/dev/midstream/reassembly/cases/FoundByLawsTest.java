package dev.midstream.reassembly.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.Deciding;
import dev.midstream.reassembly.script.Lines;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestLimits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What random worlds found to break a law, each as its smallest script. */
class FoundByLawsTest {

  /** Skips eight octets, then holds up to the end of a line. */
  private static Deciding skipThenLine() {
    return Deciding.withState((state, direction, view, out) -> {
      if (direction == Direction.SERVER_TO_CLIENT) {
        Rules.pass(view, out);
        return state;
      }
      if (state == 0) {
        out.skip(8);
        return 1;
      }
      int end = Rules.text(view).lastIndexOf('\n') + 1;
      if (end > 0) {
        out.pass(end);
      }
      return state;
    });
  }

  @Test
  @DisplayName("law 3 custody waits until nothing opaque before it can be missing")
  void takesNothingBehindAnOpaqueGap() {
    TestEngine.inline(skipThenLine().withoutFlush())
        .open(
            """
            c> . 1:3(2) ack 1
            >s same
            c> . 5:9(4) ack 1
            >s same
            c> . 9:12(3) ack 1 "abc"
            at 5s
            nothing
            c> . 3:5(2) ack 1
            >s same
            s> . 1:1(0) ack 9
            >c . 1:1(0) ack 9
            >c . 1:1(0) ack 12
            """);
  }

  @Test
  @DisplayName(
      "H-14 law 11 octets of a SYN beyond the window still let the agent see what it needs")
  void extendsTheWindowBehindAFullSyn() {
    Deciding sixes =
        Deciding.by((direction, view, out) -> {
          if (view.length() >= 6) {
            out.pass(6);
          } else if (view.length() > 0 && !view.endOfStream()) {
            out.need(6);
          }
        });
    TestEngine.inline(sixes)
        .run(
            """
            c> S 0:5(5) win 1000 <mss 1000> "abcde"
            >s S 0:0(0) win 1000 <mss 1000>
            s> S. 0:0(0) ack 1 win 4 <mss 1000>
            >c same
            c> . 1:5(4) ack 1 win 1000 "abcd"
            >c . 1:1(0) ack 5 win 3
            c> . 5:7(2) ack 1 win 1000 "ef"
            >s . 1:5(4) ack 1 "abcd"
            """);
  }

  @Test
  @DisplayName("law 2 what an edit of equal length took out does not pass once the rest is skipped")
  void remembersThatItEdited() {
    Deciding once =
        Deciding.by((direction, view, out) -> {
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
            >c . 2:2(0) ack 4
            """);
  }

  /** Looks at nothing, so that connections are let alone. */
  private static TestEngine lettingAlone() {
    return TestEngine.inline(
        Deciding.by((direction, view, out) -> {
          if (view.length() > 0) {
            out.skipRest();
          }
        }));
  }

  private static final String LET_ALONE =
      """
      c> P. 1:3(2) ack 1 "ab"
      >s same
      s> P. 1:3(2) ack 3 "cd"
      >c same
      c> . 3:3(0) ack 3
      >s same
      """;

  @Test
  @DisplayName("law 7 a segment that damage made a SYN stays damaged where nobody edits")
  void mendsNoDamagedSyn() {
    lettingAlone()
        .open(
            LET_ALONE
                + """
                c> S. 3:4(1) ack 3 "e" badsum
                >s same
                """);
  }

  @Test
  @DisplayName("law 1 both ends have finished, and what was not acknowledged is repeated later")
  void keepsWhatMayBeRepeated() {
    lettingAlone()
        .open(
            LET_ALONE
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
  @DisplayName("law 1 a FIN whose acknowledgement was lost behind the box is repeated much later")
  void answersALateFin() {
    TestEngine.inline("never there", "")
        .open(
            """
            c> FP. 1:3(2) ack 1 "ab"
            >s same
            s> F. 1:1(0) ack 4
            >c same
            c> . 4:4(0) ack 2
            >s same
            at 100s
            c> FP. 1:3(2) ack 1 "ab"
            at 101s
            s> . 2:2(0) ack 4
            >c same
            """);
  }

  @Test
  @DisplayName("C-64 law 1 a full command list stops the window, and never ends editing inline")
  void stopsTheWindowAtTheCommandCeiling() {
    Engine engine =
        TestEngine.inline("x", "y")
            .limits(new TestLimits().delayedBytes(60).commands(1))
            .run(
                TestEngine.OPEN.replace(">c same", ">c S. 0:0(0) ack 1 win 60")
                    + """
                    c> . 1:3(2) ack 1 "xa"
                    >s . 1:3(2) ack 1 "ya"
                    c> . 3:23(20) ack 1 "xxxxxxxxxxxxxxxxxxxx"
                    c> . 23:43(20) ack 1 "xxxxxxxxxxxxxxxxxxxx"
                    at 0.2s
                    >c . 1:1(0) ack 43
                    s> . 1:1(0) ack 3 win 1000
                    >s . 3:43(40) ack 1 "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
                    """);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("law 11 octets in custody that silence lets pass are repeated when they are lost")
  void repeatsWhatSilenceLetPass() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1:4(3) ack 1 "Hel"
            at 0.2s
            >c . 1:1(0) ack 4
            at 1.1s
            >s . 1:4(3) ack 1 "Hel"
            at 2.5s
            >s P. 1:4(3) ack 1 "Hel"
            """);
  }

  @Test
  @DisplayName("C-64 law 11 deletions make room for more although nobody acknowledges them")
  void deletesBeyondTheCeilingWithoutAnAcknowledgement() {
    TestEngine.inline("x", "")
        .limits(new TestLimits().commands(2))
        .open(
            """
            c> . 1:4(3) ack 1 "xxx"
            >c . 1:1(0) ack 4
            c> FP. 4:6(2) ack 1 "xx"
            >s FP. 1:1(0) ack 1
            >c . 1:1(0) ack 6
            """);
  }

  @Test
  @DisplayName("C-52 C-62 monitored inline, a segment nobody would accept is shown to nobody")
  void showsNothingDamagedInMonitorMode() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .mode(Mode.MONITOR)
            .open(
                """
                c> . 1:4(3) ack 1 badsum "cat"
                >s same
                c> . 1:4(3) ack 1 "dog"
                >s same
                """);
    assertThat(engine.counters().edits()).isZero();
  }

  @Test
  @DisplayName("C-34 law 1 a keep-alive is answered although the answer's octets wait behind a gap")
  void answersAKeepAliveFromBehindAGap() {
    TestEngine.inline(Rules.passing())
        .open(
            """
            s> . 2:7(5) ack 1 "ello "
            >s . 1:1(0) ack 1 <sack 2:7>
            c> . 0:0(0) ack 1
            >s . 0:0(0) ack 1
            s> . 7:9(2) ack 1 "ab"
            >c . 1:1(0) ack 1
            >s . 1:1(0) ack 1 <sack 2:9>
            s> . 9:11(2) ack 1 "cd"
            >s . 1:1(0) ack 1 <sack 2:11>
            """);
  }

  @Test
  @DisplayName("C-65 law 1 what is known of a segment leaves again although its rest finds no room")
  void repeatsWhatComesWithOctetsThatFindNoRoom() {
    Engine engine =
        TestEngine.inline(Rules.becoming("g".repeat(1_200)))
            .limits(new TestLimits().totalBytes(100))
            .open(
                """
                c> . 1:3(2) ack 1 "ab"
                >s . 1:537(536) ack 1
                >s . 537:1073(536) ack 1
                >s . 1073:1201(128) ack 1
                s> . 1:1(0) ack 537
                at 1s
                c> FP. 1:7(6) ack 1 "abcdef"
                >s . 537:1073(536) ack 1
                >s P. 1073:1201(128) ack 1
                """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isOne();
  }

  @Test
  @DisplayName("C-28 law 3 a D-SACK block leaves with the block that it lies in, or not at all")
  void reportsNoDuplicateInsideWhatIsLeftOut() {
    TestEngine.inline(Lines.passed())
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            at 0.2s
            >c . 1:1(0) ack 4
            c> P. 4:9(5) ack 1 "d\\ne\\n\\n"
            >s P. 1:9(8) ack 1 "abcd\\ne\\n\\n"
            s> . 1:1(0) ack 1 <sack 5:6 4:9>
            >c . 1:1(0) ack 9
            """);
  }

  @Test
  @DisplayName("a window that its scale cannot say more exactly has not grown")
  void saysNothingOfAWindowThatCannotBeSaid() {
    Engine engine =
        TestEngine.inline(Rules.passing())
            .limits(new TestLimits().delayedBytes(20_000))
            .run(
                Opening.of(
                        "win 65535 <mss 1460,wscale 7>",
                        "win 16384 <mss 1460,wscale 14>",
                        "win 512")
                    + """
                    c> . 1:6(5) ack 1 win 512 "Hello"
                    >s same
                    s> . 1:1(0) ack 6 win 4
                    >c . 1:1(0) ack 6 win 1
                    c> . 6:11(5) ack 1 win 512 "world"
                    >s same
                    """);
    assertThat(engine.counters().of(Reason.ACK_MADE)).isZero();
  }
}
