package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestLimits;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecordedLifetimeTest {
  private static final String CLOSED =
      TestEngine.OPEN
          + """
          c> F. 1:1(0) ack 1
          >s same
          s> F. 1:1(0) ack 2
          >c same
          c> . 2:2(0) ack 2
          >s same
          """;

  private static TestEngine hello() {
    return TestEngine.of("Hello", "Hi");
  }

  private static TestEngine midStream(MidStream policy) {
    return hello().midStream(policy);
  }

  /** How many connections are known after {@code script} and {@code seconds} of silence. */
  private static int knownAfter(String script, int seconds) {
    Engine engine = hello().engine();
    new Script(engine).run(script + "at " + seconds + "s");
    return engine.connections();
  }

  @Test
  @DisplayName("PDP-3 C-66 an opening ends after 20 s, an open connection after 2 h 4 min")
  void forgetsByState() {
    String syn = "c> S 0:0(0)\n>s same\n";
    assertThat(knownAfter(syn, 19)).isOne();
    assertThat(knownAfter(syn, 21)).isZero();
    assertThat(knownAfter(TestEngine.OPEN, 7_439)).isOne();
    assertThat(knownAfter(TestEngine.OPEN, 7_441)).isZero();
  }

  @Test
  @DisplayName("PDP-4 both FINs, or a RST, and the connection is forgotten after 30 s")
  void forgetsWhatIsClosed() {
    String reset = TestEngine.OPEN + "s> R. 1:1(0) ack 1\n>c same\n";
    assertThat(knownAfter(CLOSED, 29)).isOne();
    assertThat(knownAfter(CLOSED, 31)).isZero();
    assertThat(knownAfter(reset, 29)).isOne();
    assertThat(knownAfter(reset, 31)).isZero();
  }

  @Test
  @DisplayName("PDP-3 H-42 shifted numbers are mapped while anybody may repeat")
  void keepsShiftedNumbers() {
    String edited = TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1\n";
    assertThat(knownAfter(edited, 100_000)).isOne();
    hello()
        .run(
            edited
                + """
                c> F. 6:6(0) ack 1
                >s F. 3:3(0) ack 1
                s> F. 1:1(0) ack 7
                >c F. 1:1(0) ack 4
                at 100s
                c> F. 6:6(0) ack 1
                >s F. 3:3(0) ack 1
                """);
  }

  @Test
  @DisplayName("C-66 openings of a flood end, what is established stays and is edited")
  void survivesAFlood() {
    Engine engine = hello().engine();
    Script script = new Script(engine).run(TestEngine.OPEN);
    for (int port = 1; port <= 300; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run("c> S 0:0(0)\n>s same");
    }
    assertThat(engine.connections()).isEqualTo(301);
    script.between(Ends.IPV4).run("at 30s\nc> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"");
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.OPENING_TIMEOUT)).isEqualTo(300);
  }

  @Test
  @DisplayName("C-66 beyond the limit on connections new ones pass unedited")
  void passesBeyondTheLimit() {
    Engine engine = hello().limits(new TestLimits().connections(1)).engine();
    Script script = new Script(engine).run(TestEngine.OPEN);
    script
        .between(Ends.IPV4.withPorts(1, 80))
        .run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s same");
    assertThat(engine.counters().of(Reason.CONNECTION_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("C-40 the same ends with other initial numbers: a new connection, no old mapping")
  void startsOver() {
    Engine engine = hello().engine();
    new Script(engine)
        .run(CLOSED)
        .between(Ends.IPV4.withIsns(77_777, 88_888))
        .run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"");
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("C-40 C-41 H-24 a SYN for an open edited connection waits for its answer")
  void newSynWaitsForItsAnswer() {
    Engine engine = hello().engine();
    Script script =
        new Script(engine)
            .run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"");
    script.between(Ends.IPV4.withIsns(500, 900)).run("c> S 0:0(0) <mss 1000>\n>s same");
    script.between(Ends.IPV4).run("c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"");
    script
        .between(Ends.IPV4.withIsns(500, 900))
        .run(
            """
            s> S. 0:0(0) ack 1 <mss 1000>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
    assertThat(engine.counters().of(Reason.SYN_REPEATED)).isPositive();
  }

  @Test
  @DisplayName(
      "C-41 a SYN again, with another number before the answer; SYN-ACK first; both at once")
  void findsTheNumbersThatWereAnswered() {
    String talk = "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n";
    String answer = "s> S. 0:0(0) ack 1\n>c same\nc> . 1:1(0) ack 1\n>s same\n";
    hello().run("c> S 0:0(0)\n>s same\nc> S 0:0(0)\n>s same\n" + answer + talk);
    new Script(hello().engine())
        .between(Ends.IPV4.withIsns(1, 2))
        .run("c> S 0:0(0)\n>s same")
        .between(Ends.IPV4)
        .run("c> S 0:0(0)\n>s same\n" + answer + talk);
    hello().run("s> S. 0:0(0) ack 1\n>c same\nc> S 0:0(0)\n>s same\n" + talk);
    hello()
        .run(
            Opening.SIMULTANEOUS
                + """
                c> . 1:1(0) ack 1
                >s same
                """
                + talk);
  }

  @Test
  @DisplayName("C-67 PDP-5 mid-stream: pass leaves every packet as it is")
  void passesMidStream() {
    Engine engine =
        midStream(MidStream.PASS)
            .run("c> P. 1:6(5) ack 1 \"Hello\" badsum\n>s same\ns> . 1:1(0) ack 6\n>c same");
    assertThat(engine.counters().of(Reason.MID_STREAM)).isOne();
  }

  @Test
  @DisplayName("C-67 PDP-5 mid-stream: drop lets nothing through")
  void dropsMidStream() {
    midStream(MidStream.DROP).run("c> P. 1:6(5) ack 1 \"Hello\"\ns> . 1:1(0) ack 6\nnothing");
  }

  @Test
  @DisplayName("C-67 PDP-5 mid-stream: reset answers each end, but never a RST")
  void resetsMidStream() {
    midStream(MidStream.RESET)
        .run(
            """
            c> P. 1:6(5) ack 4 "Hello"
            >c R 4:4(0)
            s> . 4:4(0) ack 6
            >s R 6:6(0)
            c> R 6:6(0)
            nothing
            """);
  }

  @Test
  @DisplayName("C-67 PDP-5 mid-stream: picked up, edits of equal length apply, others are counted")
  void picksUpMidStream() {
    Engine engine =
        TestEngine.of("Hello", "Howdy", "x", "yyy")
            .midStream(MidStream.PICK_UP)
            .run(
                """
                c> P. 100:107(7) ack 50 "Hello x"
                >s P. 100:107(7) ack 50 "Howdy x"
                s> P. 50:55(5) ack 107 "Hello"
                >c P. 50:55(5) ack 107 "Howdy"
                """);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isOne();
  }

  @Test
  @DisplayName(
      "C-68 one direction alone passes as the mid-stream policy says, and waits for nothing")
  void passesOneDirection() {
    Engine engine =
        midStream(MidStream.PASS)
            .run(
                """
                c> S 0:0(0)
                >s same
                c> . 1:1(0) ack 1
                >s same
                c> . 1:6(5) ack 1 "Hello"
                >s same
                c> . 9:12(3) ack 1
                >s same
                """);
    assertThat(engine.counters().of(Reason.NOT_WHOLE)).isOne();
  }

  @Test
  @DisplayName("HDP-11 mid-stream policies touch nothing in monitor mode")
  void monitorsMidStream() {
    midStream(MidStream.DROP)
        .mode(Mode.MONITOR)
        .run("c> P. 1:6(5) ack 1 \"Hello\"\n>s same\ns> . 1:1(0) ack 6\n>c same");
  }

  @Test
  @DisplayName("C-37 after one FIN the other direction goes on, with edits")
  void halfClosedConnectionsGoOn() {
    hello()
        .vantage(Vantage.INLINE)
        .open(
            """
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:3(2) ack 1 "Hi"
            s> . 1:6(5) ack 4 "Hello"
            >c . 1:3(2) ack 7 "Hi"
            at 3000s
            s> . 6:11(5) ack 4 "Hello"
            >c . 3:5(2) ack 7 "Hi"
            s> F. 11:11(0) ack 4
            >c F. 5:5(0) ack 7
            c> . 7:7(0) ack 6
            >s . 4:4(0) ack 12
            """);
  }
}
