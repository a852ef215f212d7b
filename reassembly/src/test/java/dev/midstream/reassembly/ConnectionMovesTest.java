package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.MovedBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections that move between engines, as octets. */
class ConnectionMovesTest {
  private static MovedBox playedTo(TestEngine engines, String... parts) {
    MovedBox box = new MovedBox(engines);
    Script script = new Script(box);
    for (String part : parts) {
      script.run(part);
      box.moveAt(script.nowNanos());
    }
    return box;
  }

  @Test
  @DisplayName("HDP-17 C-70 an edit in flight is mapped and repeated by the engine that goes on")
  void goesOnWithAnEditInFlight() {
    MovedBox box =
        playedTo(
            TestEngine.inline("Hello", "Hi"),
            TestEngine.OPEN,
            """
            c> P. 1:6(5) ack 1 "Hello"
            >s P. 1:3(2) ack 1 "Hi"
            """,
            """
            c> P. 1:6(5) ack 1 "Hello"
            >s P. 1:3(2) ack 1 "Hi"
            c> . 6:9(3) ack 1 "you"
            >s . 3:6(3) ack 1 "you"
            """,
            """
            s> . 1:1(0) ack 3 <sack 5:6>
            >c . 1:1(0) ack 6 <sack 8:9>
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 9
            """);
    assertThat(box.sent()).isZero();
  }

  @Test
  @DisplayName("HDP-17 HDP-20 a lost reply is repeated when its time has come, not later")
  void goesOnWithTimers() {
    playedTo(
        TestEngine.inline(LineAgents.denying("STAT", "502 no\n")),
        TestEngine.OPEN,
        """
        at 0.100s
        c> P. 1:6(5) ack 1 "STAT\\n"
        >c P. 1:8(7) ack 6 "502 no\\n"
        """,
        """
        at 1.099s
        nothing
        at 1.100s
        >c P. 1:8(7) ack 6 "502 no\\n"
        """);
  }

  @Test
  @DisplayName("HDP-17 H-21 a move retransmits nothing that was retransmitted before it")
  void retransmitsNothingAnew() {
    String reply = "z".repeat(2_600) + "\n";
    String missing = "c> . 6:6(0) ack 1\n";
    MovedBox box =
        playedTo(
            TestEngine.inline(LineAgents.denying("STAT", reply)),
            Opening.segments(536)
                + """
                c> P. 1:6(5) ack 1 "STAT\\n"
                >c . 1:537(536) ack 6
                >c . 537:1073(536) ack 6
                >c . 1073:1609(536) ack 6
                >c . 1609:2145(536) ack 6
                >c P. 2145:2602(457) ack 6
                at 1.0s
                >c P. 1:537(536) ack 6
                """
                + missing.repeat(4)
                + """
                >c P. 1:537(536) ack 6
                c> . 6:6(0) ack 537
                >c P. 537:1073(536) ack 6
                >c P. 1073:1609(536) ack 6
                """);
    assertThat(box.sent()).isZero();
  }

  @Test
  @DisplayName("HDP-17 octets in custody are shown again, and decided with what follows")
  void goesOnWithHeldOctets() {
    playedTo(
        TestEngine.inline(LineAgents.denying("STAT", "502 no\n")),
        TestEngine.OPEN,
        """
        c> . 1:3(2) ack 1 "ST"
        at 0.100s
        >c . 1:1(0) ack 3
        """,
        """
        c> P. 3:6(3) ack 1 "AT\\n"
        >c P. 1:8(7) ack 6 "502 no\\n"
        """);
  }

  @Test
  @DisplayName("HDP-17 octets after a gap move with what was reported of them")
  void goesOnWithAGap() {
    playedTo(
        TestEngine.inline(SimpleAgents.passing()),
        TestEngine.OPEN,
        """
        c> . 11:21(10) ack 1
        >c . 1:1(0) ack 1 <sack 11:21>
        """,
        """
        c> . 1:11(10) ack 1
        >s . 1:21(20) ack 1
        """);
  }

  @Test
  @DisplayName("HDP-17 octets that an edit removed are compared with repetitions after the move")
  void goesOnWithRemovedOctets() {
    MovedBox box = new MovedBox(TestEngine.inline("Hello", "Hi", "you", ""));
    Script script = new Script(box).run(TestEngine.OPEN);
    script.run(
        """
        c> P. 1:12(11) ack 1 "Hello, you!"
        >s P. 1:6(5) ack 1 "Hi, !"
        """);
    box.move();
    script.run(
        """
        c> P. 1:6(5) ack 1 "Hallo"
        >s P. 1:3(2) ack 1 "Hi"
        c> P. 8:12(4) ack 1 "yow!"
        >s P. 5:6(1) ack 1 "!"
        """);
    assertThat(inconsistent(box)).isEqualTo(2);
    box.move();
    script.run(
        """
        c> P. 1:12(11) ack 1 "Hello, you!"
        >s P. 1:6(5) ack 1 "Hi, !"
        """);
    assertThat(inconsistent(box)).isZero();
  }

  private static long inconsistent(MovedBox box) {
    return box.engine().counters().of(Reason.INCONSISTENT_RETRANSMISSION);
  }

  /** The client's direction of the only connection. */
  private static Stream client(MovedBox box) {
    return Connections.client(box.engine());
  }

  @Test
  @DisplayName("HDP-17 a move does not put off when commands are folded")
  void goesOnWithCommandsToFold() {
    MovedBox box =
        playedTo(
            TestEngine.inline("Hello", "Hi"),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "Hello"
                >s P. 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 3
                >c . 1:1(0) ack 6
                """,
            "at 0.399s",
            "at 0.400s");
    assertThat(client(box).edits().commands().size()).isZero();
    assertThat(client(box).edits().commands().basePosition()).isEqualTo(5);
  }

  @Test
  @DisplayName("HDP-17 after a move only a connection at rest is due to be parked at once")
  void isDueToBeParkedIfAtRest() {
    long second = 1_000_000_000L;
    TestEngine engines = TestEngine.inline(SimpleAgents.passing()).parkAfter(second);
    MovedBox waiting = new MovedBox(engines);
    new Script(waiting).run(TestEngine.OPEN + "c> . 1:4(3) ack 1 \"abc\"\n>s same\nat 1s\n");
    waiting.moveAt(second);
    assertThat(waiting.nextDeadlineNanos()).isGreaterThan(second);

    MovedBox silent = new MovedBox(engines);
    new Script(silent).run(TestEngine.OPEN);
    silent.moveAt(2 * second);
    assertThat(silent.nextDeadlineNanos()).isEqualTo(2 * second);
    silent.onTimer(2 * second, packet -> {});
    assertThat(Connections.of(silent.engine())).isEmpty();
    assertThat(silent.engine().connections()).isOne();
  }

  @Test
  @DisplayName("HDP-17 H-38 a move under memory pressure opens no window")
  void keepsTheWindowUnderPressure() {
    MovedBox box =
        new MovedBox(
            TestEngine.inline("cdef", "CDEF").limits(EngineLimits.DEFAULTS.withTotalBytes(100)));
    new Script(box)
        .run(
            TestEngine.OPEN
                + """
                c> . 1:2001(2000) ack 1
                >s . 1:1459(1458) ack 1
                s> . 1:1(0) ack 1459
                >c . 1:1(0) ack 1459
                """);
    long edge = client(box).sender().window().edge();
    box.moveAt(100_000_000);
    assertThat(box.sent()).as("the acknowledgement of two octets in custody").isOne();
    assertThat(client(box).sender().window().edge()).isEqualTo(edge);
  }

  @Test
  @DisplayName("HDP-17 a finished connection maps late segments after the move")
  void goesOnWithAFinishedConnection() {
    playedTo(
        TestEngine.inline("Hello", "Hi"),
        TestEngine.OPEN
            + """
            c> FP. 1:6(5) ack 1 "Hello"
            >s FP. 1:3(2) ack 1 "Hi"
            s> F. 1:1(0) ack 4
            >c F. 1:1(0) ack 7
            c> . 7:7(0) ack 2
            >s . 4:4(0) ack 2
            """,
        """
        s> F. 1:1(0) ack 4
        >c F. 1:1(0) ack 7
        """);
  }

  @Test
  @DisplayName("HDP-17 a connection that was reset is refused after the move, too")
  void goesOnWithATombstone() {
    MovedBox box =
        playedTo(
            TestEngine.inline(SimpleAgents.passing()),
            TestEngine.OPEN
                + """
                c> R 1:1(0)
                >s same
                """);
    assertThat(box.engine().connections()).isOne();
  }

  @Test
  @DisplayName("HDP-17 what is known here is not replaced")
  void keepsAKnownConnection() {
    TestEngine engines = TestEngine.inline("Hello", "Hi");
    MovedBox box = new MovedBox(engines);
    new Script(box).run(TestEngine.OPEN);
    byte[] octets = box.snapshots().getFirst();
    Connection moved =
        box.engine().moves().restore(new StateReader(octets, 0, octets.length), 0, packet -> {});
    assertThat(moved).isNull();
    assertThat(box.engine().connections()).isOne();
  }
}
