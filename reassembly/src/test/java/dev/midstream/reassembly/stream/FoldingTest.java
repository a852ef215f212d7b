package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When commands that the receiver acknowledged are folded. */
class FoldingTest {
  private static final long MANY_NANOS = 9_000_000_000L;

  /** Edits octet 1, acknowledged at 0 s, so the RTO is the shortest: 200 ms. */
  private static final String EDITED =
      """
      c> . 1:2(1) ack 1 "x"
      >s . 1:3(2) ack 1 "yy"
      s> . 1:1(0) ack 3
      >c . 1:1(0) ack 2
      """;

  private final Engine engine = TestEngine.inline("x", "yy").parkAfter(Long.MAX_VALUE).engine();
  private final Script script = Scripts.of(engine).run(TestEngine.OPEN);

  private static int commands(Engine engine) {
    return Connections.client(engine).edits().commands().size();
  }

  @Test
  @DisplayName("H-10 HDP-6 law 6 the commands of a silent connection are folded after two RTOs")
  void foldsTwoTimeoutsAfterTheAcknowledgement() {
    script.run(EDITED + "at 0.39s\nnothing");
    assertThat(commands(engine)).isOne();

    script.run("at 0.4s\nnothing");

    assertThat(commands(engine)).isZero();
    assertThat(engine.nextDeadlineNanos()).isGreaterThan(MANY_NANOS);
  }

  @Test
  @DisplayName("H-10 HDP-6 a command waits two to four RTOs, however many follow it")
  void foldsFourTimeoutsAfterTheAcknowledgementAtTheLatest() {
    script.run(
        EDITED
            + """
            at 0.1s
            c> . 2:3(1) ack 1 "x"
            >s . 3:5(2) ack 1 "yy"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 3
            at 0.4s
            """);
    assertThat(commands(engine)).isOne();

    script.run("at 0.8s\nnothing");

    assertThat(commands(engine)).isZero();
  }

  @Test
  @DisplayName("H-10 a command is not folded before it is acknowledged")
  void keepsUnacknowledgedCommands() {
    script.run(
        """
        c> . 1:2(1) ack 1 "x"
        >s . 1:3(2) ack 1 "yy"
        at 60s
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 2
        """);
    assertThat(commands(engine)).isOne();
  }

  @Test
  @DisplayName("H-10 C-28 a D-SACK is mapped until its commands are folded, then it is left out")
  void mapsDuplicateReportsUntilFolded() {
    script.run(
        EDITED
            + """
            at 0.39s
            s> . 1:1(0) ack 3 <sack 1:3>
            >c . 1:1(0) ack 2 <sack 1:2>
            at 0.41s
            s> . 1:1(0) ack 3 <sack 1:3>
            >c . 1:1(0) ack 2 <>
            """);
  }

  @Test
  @DisplayName("H-10 HDP-6 a command is folded once the acknowledgement is a window beyond it")
  void foldsOneWindowBelowTheAcknowledgement() {
    Engine narrow = TestEngine.inline("1", "22").engine();
    Script talk =
        Scripts.of(narrow)
            .run(
                Opening.window(100)
                    + """
                    s> . 1:1(0) ack 1 win 100
                    >c . 1:1(0) ack 1 win 100
                    c> . 1:2(1) ack 1 "1"
                    >s . 1:3(2) ack 1 "22"
                    c> . 2:100(98) ack 1
                    >s . 3:101(98) ack 1
                    s> . 1:1(0) ack 101 win 100
                    >c . 1:1(0) ack 100
                    c> . 100:102(2) ack 1
                    >s . 101:103(2) ack 1
                    s> . 1:1(0) ack 102 win 100
                    >c . 1:1(0) ack 101
                    """);
    assertThat(commands(narrow)).isOne();

    talk.run("s> . 1:1(0) ack 103 win 100\n>c . 1:1(0) ack 102");

    assertThat(commands(narrow)).isZero();
  }

  @Test
  @DisplayName("H-10 C-26 deletions are folded without an acknowledgement of their own")
  void foldsDeletions() {
    Engine deleting = TestEngine.inline("x", "").engine();
    Script talk =
        Scripts.of(deleting)
            .run(
                TestEngine.OPEN
                    + """
                    c> . 1:2(1) ack 1 "a"
                    >s . 1:2(1) ack 1 "a"
                    s> . 1:1(0) ack 2
                    >c . 1:1(0) ack 2
                    c> . 2:3(1) ack 1 "x"
                    >c . 1:1(0) ack 3
                    at 0.39s
                    """);
    assertThat(commands(deleting)).isOne();

    talk.run("at 0.4s\nnothing");

    assertThat(commands(deleting)).isZero();
  }

  @Test
  @DisplayName("H-10 HDP-6 in a recording, the clock of its packets folds commands")
  void foldsInRecordings() {
    Engine recorded = TestEngine.of("x", "yy").parkAfter(Long.MAX_VALUE).engine();
    Script talk =
        Scripts.of(recorded)
            .run(
                TestEngine.OPEN
                    + """
                    c> . 1:2(1) ack 1 "x"
                    >s . 1:3(2) ack 1 "yy"
                    s> . 1:1(0) ack 2
                    >c . 1:1(0) ack 3
                    """);
    assertThat(commands(recorded)).isOne();

    talk.run("at 2s\nnothing");

    assertThat(commands(recorded)).isZero();
  }

  @Test
  @DisplayName("H-10 HDP-6 the window of a recorded SYN-ACK counts unscaled for the folding")
  void foldsOneUnscaledWindowBelowTheAcknowledgement() {
    Engine recorded = TestEngine.of("Hello", "Hi").engine();
    Scripts.of(recorded)
        .run(
            Opening.of("<mss 1460,wscale 7>", "win 200 <mss 1460,wscale 7>", "win 512")
                + """
                c> . 1:6(5) ack 1 win 512 "Hello"
                >s . 1:3(2) ack 1 win 512 "Hi"
                c> . 6:221(215) ack 1 win 512
                >s . 3:218(215) ack 1 win 512
                s> . 1:1(0) ack 221 win 1
                >c . 1:1(0) ack 218 win 1
                """);
    assertThat(commands(recorded)).isZero();
  }

  @Test
  @DisplayName("C-10 HDP-6 an old retransmission whose command is folded is answered")
  void answersOldRetransmissionsBelowTheBase() {
    script.run(
        """
        c> . 1:3(2) ack 1 "xa"
        >s . 1:4(3) ack 1 "yya"
        s> . 1:1(0) ack 4
        >c . 1:1(0) ack 3
        at 1s
        c> . 1:3(2) ack 1 "xa"
        >c . 1:1(0) ack 3 <sack 1:3>
        c> . 1:5(4) ack 1 "xabc"
        >s . 4:6(2) ack 1 "bc"
        """);
    assertThat(commands(engine)).isZero();
  }

  @Test
  @DisplayName(
      "H-25 C-61 octets at the base are retransmitted after the replies that were folded there")
  void retransmitsAtTheBaseAfterFoldedReplies() {
    Engine denying = TestEngine.inline(LineAgents.denying("D", "no\n")).engine();
    Scripts.of(denying)
        .run(
            TestEngine.OPEN
                + """
                c> P. 1:4(3) ack 1 "D1\\n"
                >c P. 1:4(3) ack 4 "no\\n"
                c> . 4:4(0) ack 4
                at 1s
                c> P. 4:7(3) ack 4 "D2\\n"
                >c P. 4:7(3) ack 7 "no\\n"
                s> P. 1:5(4) ack 1 "hey\\n"
                >c P. 7:11(4) ack 7 "hey\\n"
                s> P. 1:5(4) ack 1 "hey\\n"
                >c P. 4:11(7) ack 7 "no\\nhey\\n"
                c> . 7:7(0) ack 7
                s> P. 1:5(4) ack 1 "hey\\n"
                >c P. 7:11(4) ack 7 "hey\\n"
                c> . 7:7(0) ack 11
                >s . 1:1(0) ack 5
                """);
  }
}
