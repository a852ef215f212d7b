package dev.midstream.reassembly;

import static dev.midstream.reassembly.script.MovedBox.tookOver;

import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine that goes on with the essential state of the connections of another one. */
class TakeoverTest {
  /** With the first reply the server's octets become opaque. */
  private static final String SERVER_SPAN =
      TestEngine.OPEN
          + """
          c> P. 1:6(5) ack 1 "NOOP\\n"
          >s same
          s> P. 1:8(7) ack 6 "200 ok\\n"
          >c same
          """;

  private static final String SMALL = "win 10 <mss 1460,sackOK,wscale 0>";

  @Test
  @DisplayName("HDP-17 H-31 what may have left is believed to be acknowledged, and nothing else")
  void believesAcknowledgementsOfWhatMayHaveLeft() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            Opening.of(SMALL, SMALL, "win 65535")
                + """
                s> . 1:1(0) ack 1 win 65535
                >c same
                c> P. 1:106(105) ack 1 "Hello%s"
                >s P. 1:103(102) ack 1 "Hi%s"
                """
                    .formatted("x".repeat(100), "x".repeat(100)),
            "")
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1 win 10
            >c . 0:0(0) ack 1 win 10
            s> . 1:1(0) ack 104 win 65535
            s> . 1:1(0) ack 103 win 65535
            >c . 1:1(0) ack 106 win 65535
            """);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("HDP-17 H-43 an acknowledgement of more opaque octets than may have left is refused")
  void limitsAnEndlessSpan(boolean alone) {
    LambdaAgent agent = LambdaAgent.onClient((view, out) -> out.skipRest());
    Succession engines = new Succession(TestEngine.inline(agent), CommitMode.STRICT);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    if (alone) {
      engines.goOnAlone();
    }
    engines.takeOver(script.nowNanos());
    script.run(
        """
        s> . 1:1(0) ack 1073741900
        nothing
        s> . 1:1(0) ack 1073741000
        >c same
        """);
  }

  @Test
  @DisplayName("HDP-17 H-43 opaque octets that passed unknown are acknowledged, and pass again")
  void believesAcknowledgementsOfOpaqueOctets() {
    tookOver(
            TestEngine.inline(SimpleAgents.skipping()),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "S1234"
                >s same
                s> . 1:1(0) ack 6
                >c same
                """,
            """
            c> P. 6:9(3) ack 1 "567"
            >s same
            """)
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 9
            >c same
            c> P. 9:11(2) ack 1 "8x"
            >s P. 9:12(3) ack 1 "8yy"
            """);
  }

  @Test
  @DisplayName("HDP-17 a FIN leaves once more if it is not known whether it has left")
  void sendsTheFinAgain() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            TestEngine.OPEN
                + """
                c> FP. 1:6(5) ack 1 "Hello"
                >s FP. 1:3(2) ack 1 "Hi"
                """,
            "")
        .run(
            """
            at 0.1s
            >s F. 3:3(0) ack 1
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("HDP-17 law 11 ends are asked where a FIN waits for a window that is not known")
  void asksWhereAFinWaitsForTheWindow() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            Opening.window(10)
                + """
                c> FP. 1:21(20) ack 1 "%s"
                >s P. 1:11(10) ack 1 "%s"
                """
                    .formatted("x".repeat(20), "x".repeat(10)),
            """
            s> . 1:1(0) ack 11 win 20
            >c same
            >s FP. 11:21(10) ack 1 "%s"
            """
                .formatted("x".repeat(10)))
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 1 win 10
            at 2.999s
            nothing
            at 3s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 1 win 10
            s> . 1:1(0) ack 22 win 20
            >c same
            """);
  }

  @Test
  @DisplayName("HDP-17 H-34 T-9 both ends are asked before the reply of a denial is sent again")
  void asksBothEndsFirst() {
    tookOver(
            TestEngine.inline(LineAgents.denying("STAT", "502 no\n")),
            Opening.stamped(10, 20, 11)
                + """
                c> P. 1:6(5) ack 1 "STAT\\n" <TS 12/20>
                >c P. 1:8(7) ack 6 "502 no\\n" <TS 20/12>
                """,
            """
            at 0.1s
            s> . 1:1(0) ack 1 <TS 120/12>
            >c . 8:8(0) ack 6 <TS 120/12>
            """)
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1 win 65535 <TS 12/20>
            >c . 0:0(0) ack 6 win 65530 <TS 20/10>
            c> . 6:6(0) ack 1 <TS 40/120>
            nothing
            at 1.1s
            >c P. 1:8(7) ack 6 win 65530 "502 no\\n" <TS 120/40>
            """);
  }

  @Test
  @DisplayName("HDP-17 H-33 a reply waits until it is known which opaque octets have passed")
  void keepsRepliesFromOctetsThatPassedUnknown() {
    tookOver(
            TestEngine.inline(LineAgents.denyingWithOpaqueServer("STAT", "502 no\n")),
            SERVER_SPAN,
            """
            s> P. 8:15(7) ack 6 "421 so\\n"
            >c same
            """)
        .run(
            """
            at 0.1s
            c> P. 6:11(5) ack 8 "STAT\\n"
            >s . 6:6(0) ack 8
            at 3.099s
            nothing
            at 3.100s
            >s . 5:5(0) ack 8
            >c . 7:7(0) ack 6 win 65530
            s> . 15:15(0) ack 6
            >c . 8:8(0) ack 6
            c> . 11:11(0) ack 15
            >s . 6:6(0) ack 15
            >c P. 15:22(7) ack 11 "502 no\\n"
            c> . 11:11(0) ack 22
            nothing
            """);
  }

  @Test
  @DisplayName("HDP-17 H-33 the sender of opaque octets may tell its next number last")
  void repliesWhenBothEndsHaveTold() {
    tookOver(
            TestEngine.inline(LineAgents.denyingWithOpaqueServer("STAT", "502 no\n")),
            SERVER_SPAN,
            """
            s> P. 8:15(7) ack 6 "421 so\\n"
            >c same
            """)
        .run(
            """
            at 0.1s
            c> P. 6:11(5) ack 8 "STAT\\n"
            >s . 6:6(0) ack 8
            at 3.1s
            >s . 5:5(0) ack 8
            >c . 7:7(0) ack 6 win 65530
            c> . 11:11(0) ack 15
            >s . 6:6(0) ack 15
            s> . 15:15(0) ack 6
            >c same
            >c P. 15:22(7) ack 11 "502 no\\n"
            """);
  }

  @Test
  @DisplayName("HDP-17 H-33 in an opaque span that began after the takeover replies need not wait")
  void repliesInLaterSpans() {
    tookOver(
            TestEngine.inline(SimpleAgents.skipping()),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "S1234"
                >s same
                """,
            "")
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 6
            >c same
            c> P. 6:10(4) ack 1 "5678"
            >s same
            c> P. 10:12(2) ack 1 "S1"
            >s same
            s> P. 1:2(1) ack 12 "x"
            >c P. 1:3(2) ack 12 "yy"
            """);
  }

  @Test
  @DisplayName("HDP-17 H-43 the number of a FIN that was lost before the engine is no opaque octet")
  void takesNoFinForAnOctetThatPassed() {
    tookOver(
            TestEngine.inline(LineAgents.denyingWithOpaqueServer("STAT", "502 no\n")),
            SERVER_SPAN,
            "")
        .run(
            """
            at 0.1s
            c> . 6:6(0) ack 8
            >s same
            at 3.1s
            c> . 6:6(0) ack 8
            >s same
            at 4s
            s> . 9:9(0) ack 6
            >c . 8:8(0) ack 6
            s> F. 8:8(0) ack 6
            >c same
            """);
  }

  @Test
  @DisplayName("HDP-17 C-70 H-18 edits in flight and half a command are known to the next engine")
  void goesOnWithAnEditAndHalfACommand() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "Hello"
                >s P. 1:3(2) ack 1 "Hi"
                c> P. 6:9(3) ack 1 "Hel"
                at 0.100s
                >c . 1:1(0) ack 9 win 65530
                """,
            "")
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 9 win 65527
            at 1.1s
            >s P. 1:3(2) ack 1 "Hi"
            c> P. 9:11(2) ack 1 "lo"
            >s P. 3:5(2) ack 1 "Hi"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 11
            """);
  }

  @Test
  @DisplayName("HDP-17 an answer to octets below the first one that waits for the receiver is kept")
  void parksWithAnAnswerToOctetsBelowTheFirst() {
    tookOver(TestEngine.inline("Hello", "Hi"), TestEngine.OPEN, "")
        .run(
            """
            at 0.1s
            c> . 0:1(1) ack 999 "x"
            nothing
            at 20s
            nothing
            c> P. 1:6(5) ack 1 "Hello"
            >s P. 1:3(2) ack 1 "Hi"
            """);
  }

  @Test
  @DisplayName("HDP-17 H-17 octets in custody are sent again if the receiver is heard later")
  void repeatsWhatWasInCustodyBeforeTheReceiverWasHeard() {
    tookOver(TestEngine.inline("Hello", "Hi"), TestEngine.OPEN, "")
        .run(
            """
            at 0.1s
            c> P. 1:4(3) ack 1 "Hel"
            >s . 0:0(0) ack 1
            at 1.1s
            c> P. 4:5(1) ack 1 "x"
            >s P. 1:5(4) ack 1 "Helx"
            at 1.2s
            s> . 1:1(0) ack 1
            >c . 1:1(0) ack 4
            at 3s
            >s P. 1:4(3) ack 1 "Hel"
            """);
  }

  @Test
  @DisplayName("HDP-17 H-24 a SYN-ACK that waits for a record does not leave after a RST")
  void sendsNoSynAckAfterAReset() {
    LambdaAgent agent = LambdaAgent.onClient((view, out) -> out.reset("too large"));
    Succession engines = new Succession(TestEngine.inline(agent), CommitMode.STRICT);
    Script script = new Script(engines);
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        >c same
        """);
    engines.handOver(script.nowNanos());
    engines.stopCommitting();
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 536>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 536>
        nothing
        c> P. 1:2(1) ack 1 "X"
        >s . 1:1(0) ack 1
        >s R. 1:1(0) ack 1
        >c R. 1:1(0) ack 1
        """);
    engines.goOnCommitting();
    script.run("at 0.1s\nc> . 2:2(0) ack 1\n>c R 1:1(0)\n");
  }
}
