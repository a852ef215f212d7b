package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.BoxesInSeries;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The traps of openings, of super-segments, and of agents and boxes in series. */
class BoxesInSeriesTest {
  @Test
  @DisplayName("H-48 C-49 half a command on a SYN: the SYN leaves at once, its cookie with it")
  void needDoesNotDelayTheSyn() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (view.length() < 5) {
                out.need(5);
              } else {
                out.replace(view.length(), Octets.ofText("done"));
              }
            }))
        .run(
            """
            c> S 0:3(3) <mss 1460,raw 220a0102030405060708> "Hel"
            >s S 0:0(0) <mss 1460,raw 220a0102030405060708>
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:5(4) ack 1 "done"
            """);
  }

  @Test
  @DisplayName("H-48 C-49 octets on the SYN repeated after it was taken alone are the first copy's")
  void repeatsTheFirstCopyOfASyn() {
    Engine engine =
        TestEngine.inline("Hello", "Hi")
            .run(
                """
                c> S 0:5(5) <mss 1460> "Hello"
                >s S 0:0(0)
                s> S. 0:0(0) ack 1 <mss 1460>
                >c same
                c> . 1:6(5) ack 1 "HELLO"
                >s . 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 3
                >c . 1:1(0) ack 6
                """);
    assertThat(engine.counters().of(Reason.INCONSISTENT_RETRANSMISSION)).isOne();
  }

  @Test
  @DisplayName("H-48 a SYN-ACK with a closed window opens no edge: nothing is admitted before")
  void admitsNothingBeforeTheWindowOpens() {
    Engine engine =
        TestEngine.inline("Hello", "Hi")
            .run(
                Opening.window(0)
                    + """
                    c> . 1:6(5) ack 1 "Hello"
                    >s . 0:0(0) ack 1
                    s> . 1:1(0) ack 1 win 100
                    >c . 1:1(0) ack 1 win 100
                    c> . 1:6(5) ack 1 "Hello"
                    >s . 1:3(2) ack 1 "Hi"
                    """);
    assertThat(engine.counters().of(Reason.ZERO_WINDOW)).isOne();
  }

  @Test
  @DisplayName("H-48 C-41 both SYNs at once: one connection, its roles by the first, edited")
  void opensFromBothSides() {
    TestEngine.inline("Hello", "Hi")
        .run(
            Opening.SIMULTANEOUS
                + """
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:3(2) ack 1 "Hi"
                s> . 1:6(5) ack 3 "Hello"
                >c . 1:3(2) ack 6 "Hi"
                """);
  }

  @Test
  @DisplayName("H-49 H-7 a super-segment behind a gap counts as its segments where SACK is off")
  void answersASuperSegmentAsItsSegments() {
    TestEngine.inline("Hello", "Hi")
        .run(
            Opening.segments(1000)
                + """
                c> . 1001:4001(3000) ack 1
                >c . 1:1(0) ack 1
                >c . 1:1(0) ack 1
                >c . 1:1(0) ack 1
                """);
  }

  @Test
  @DisplayName("H-49 a super-segment behind a gap is answered once where SACK is on")
  void answersASuperSegmentOnceWithSack() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1001:4001(3000) ack 1
            >c . 1:1(0) ack 1 <sack 1001:4001>
            """);
  }

  @Test
  @DisplayName("H-49 C-45 a super-segment goes on whole, edited or not, and repeats so")
  void keepsASuperSegmentWhole() {
    String letters = "a".repeat(300);
    TestEngine.inline("x", "")
        .run(
            Opening.segments(100)
                + """
                c> P. 1:301(300) ack 1 "%1$s"
                >s same
                c> P. 301:602(301) ack 1 "x%1$s"
                >s P. 301:601(300) ack 1 "%1$s"
                c> P. 301:602(301) ack 1 "x%1$s"
                >s P. 301:601(300) ack 1 "%1$s"
                """
                    .formatted(letters));
  }

  @Test
  @DisplayName("H-50 C-19 both ends' octets are edited: each acknowledgement by the other's list")
  void mapsByTheOtherList() {
    TestEngine.inline("Hello", "Hi", "Bye", "Goodbye")
        .open(
            """
            c> . 1:3(2) ack 1 "He"
            s> . 1:4(3) ack 1 "Bye"
            >c . 1:8(7) ack 1 "Goodbye"
            c> . 3:6(3) ack 8 "llo"
            >s . 1:3(2) ack 4 "Hi"
            s> . 4:7(3) ack 3 "Bye"
            >c . 8:15(7) ack 6 "Goodbye"
            c> . 6:6(0) ack 10
            nothing
            c> . 6:6(0) ack 15
            >s . 3:3(0) ack 7
            """);
  }

  @Test
  @DisplayName("H-50 what an agent puts in is shown to no agent of this box")
  void showsNobodyWhatWasPutIn() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(
            LambdaAgent.onClient(
                    (view, out) -> {
                      SimpleAgents.pass(view, out);
                      if (view.length() > 0) {
                        out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("in"));
                        out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("out"));
                      }
                    })
                .noting(views))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s P. 1:6(5) ack 1 "about"
            >c P. 1:3(2) ack 1 "in"
            """);
    assertThat(views).containsExactly("ab");
  }

  @Test
  @DisplayName("H-50 two boxes in series answer one another with nothing, and both edit")
  void editsTwiceInSeries() {
    Engine first = TestEngine.inline("Hello", "Hi").engine();
    Engine second = TestEngine.inline("Hi", "Hey there").engine();
    new Script(new BoxesInSeries(first, second))
        .run(
            TestEngine.OPEN
                + """
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:10(9) ack 1 "Hey there"
                c> . 12:14(2) ack 1 "yz"
                nothing
                s> . 1:1(0) ack 10
                >c . 1:1(0) ack 6
                >c . 1:1(0) ack 6 <sack 12:14>
                c> . 6:12(6) ack 1 " Hello"
                >s . 10:22(12) ack 1 " Hey thereyz"
                s> . 1:1(0) ack 22
                >c . 1:1(0) ack 14
                c> . 1:6(5) ack 1 "Hello"
                >c . 1:1(0) ack 14 <sack 1:6>
                at 60s
                nothing
                """);
  }

  @Test
  @DisplayName("H-48 C-49 C-36 a FIN on a SYN does not leave before the octets it came behind")
  void takesTheFinOffASyn() {
    TestEngine.inline("Hello", "Hi")
        .run(
            """
            c> SF 0:5(5) <mss 1460> "Hello"
            >s S 0:0(0)
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("H-48 C-36 a FIN on a SYN without octets is left to its sender to repeat")
  void takesTheFinOffABareSyn() {
    TestEngine.inline("Hello", "Hi")
        .run(
            """
            c> SF 0:0(0) <mss 1460>
            >s S 0:0(0) <mss 1460>
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            c> F. 1:1(0) ack 1
            >s same
            s> . 1:1(0) ack 2
            >c same
            """);
  }
}
