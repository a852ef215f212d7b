package dev.midstream.reassembly;

import static dev.midstream.reassembly.script.MovedBox.tookOver;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.EndingAgents;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine that takes over without the windows, acknowledgements and timestamps of another. */
class TakeoverHintsTest {
  @Test
  @DisplayName("HDP-17 the first segment after a simultaneous open keeps its timestamps")
  void believesTheFirstTimestamps() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            """
            c> S 0:0(0) <mss 1460,TS 10/0>
            >s same
            s> S 0:0(0) <mss 1460,TS 20/0>
            >c same
            c> S. 0:0(0) ack 1 <mss 1460,TS 11/20>
            >s same
            s> S. 0:0(0) ack 1 <mss 1460,TS 21/10>
            >c same
            """,
            "")
        .run(
            """
            at 0.1s
            c> . 1:1(0) ack 1 <TS 12/21>
            >s same
            """);
  }

  @Test
  @DisplayName("HDP-17 the window of a handshake is believed as far as later ones can show it")
  void believesAScaledWindow() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            """
            c> S 0:0(0) win 116 <mss 1460,wscale 3>
            >s same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460,wscale 3>
            >c same
            c> . 1:1(0) ack 1 win 14
            >s . 1:1(0) ack 1 win 15
            """,
            "")
        .run(
            """
            at 0.1s
            s> P. 1:114(113) ack 1 "%s"
            >c P. 1:113(112) ack 1 "%s"
            """
                .formatted("x".repeat(113), "x".repeat(112)));
  }

  @Test
  @DisplayName("HDP-17 edits before the takeover do not change the window of the handshake")
  void takesTheHandshakeWindowForAnUneditedStream() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            Opening.window(773)
                + """
                c> P. 1:6(5) ack 1 "Hello"
                >s P. 1:3(2) ack 1 "Hi"
                """,
            """
            s> . 1:1(0) ack 3 win 771
            >c . 1:1(0) ack 6 win 771
            """)
        .run(
            """
            at 0.1s
            s> P. 1:5(4) ack 3 win 771 "data"
            >c P. 1:5(4) ack 6 win 771 "data"
            """);
  }

  @Test
  @DisplayName("HDP-17 a sender that used a larger window is heard where it is now")
  void hearsASenderBeyondTheWindow() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            Opening.window(10),
            """
            s> . 1:1(0) ack 1 win 100
            >c same
            """)
        .run(
            """
            at 0.1s
            c> . 1:41(40) ack 1 "%s"
            >s . 1:11(10) ack 1
            c> . 41:41(0) ack 1
            >s . 11:11(0) ack 1
            s> P. 1:5(4) ack 1 win 20 "data"
            >c same
            >s . 11:21(10) ack 1
            c> . 41:41(0) ack 5
            >s . 21:21(0) ack 5
            """
                .formatted("x".repeat(40)));
  }

  @Test
  @DisplayName(
      "HDP-17 H-36 a keep-alive after opaque octets that passed unknown reaches its receiver")
  void knowsAKeepAliveAfterOpaqueOctets() {
    tookOver(
            TestEngine.inline(SimpleAgents.skipping()),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "S1234"
                >s same
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
            c> . 8:8(0) ack 1
            >s same
            """);
  }

  @Test
  @DisplayName("HDP-17 H-55 the engine answers for an end that it resets right after a takeover")
  void answersForAnEndThatItResets() {
    tookOver(TestEngine.inline(EndingAgents.abortingReceivers()), Opening.SIMULTANEOUS, "")
        .run(
            """
            at 0.1s
            c> FP. 1:2(1) ack 1 "X"
            >s P. 1:2(1) ack 1 "X"
            >c FP. 1:3(2) ack 1 "no"
            >s R. 1:1(0) ack 1
            >s R. 2:2(0) ack 1
            >c . 4:4(0) ack 3
            """);
  }

  @Test
  @DisplayName("HDP-17 H-48 law 3 the end whose SYN-ACK is in no record has acknowledged the SYN")
  void answersForAnEndOfASimultaneousOpen() {
    tookOver(
            TestEngine.inline(EndingAgents.abortingReceivers()),
            """
            c> S 0:0(0) <mss 1460>
            >s same
            s> S 0:0(0) <mss 1460>
            >c same
            c> S. 0:0(0) ack 1 <mss 1460>
            >s same
            """,
            """
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            """)
        .run(
            """
            at 0.1s
            c> P. 1:2(1) ack 1 "X"
            >s same
            >c FP. 1:3(2) ack 1 "no"
            >s R. 1:1(0) ack 1
            >s R. 2:2(0) ack 1
            >c . 4:4(0) ack 2
            """);
  }

  @Test
  @DisplayName("HDP-17 H-14 law 6 octets that another engine let in wait for the receiver's window")
  void keepsWhatWasPromisedBeyondTheWindow() {
    LambdaAgent failing =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT && view.length() > 0) {
            throw new IllegalStateException("a fault");
          }
          out.need(8);
        });
    tookOver(
            TestEngine.inline(failing),
            Opening.window(4)
                + """
                c> . 1:5(4) ack 1 "abcd"
                >c . 1:1(0) ack 5 win 4
                s> . 1:2(1) ack 1 win 4 "x"
                >c . 1:2(1) ack 5 win 4 "x"
                >s . 1:5(4) ack 1 "abcd"
                """,
            """
            c> . 5:9(4) ack 2 "efgh"
            >s . 5:5(0) ack 2
            s> . 2:2(0) ack 5 win 0
            """)
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 5 win 0
            s> . 2:2(0) ack 5 win 0
            c> . 5:9(4) ack 2 "efgh"
            >s . 4:4(0) ack 2
            s> . 2:2(0) ack 5 win 4
            >c same
            c> . 5:9(4) ack 2 "efgh"
            >s same
            """);
  }

  @Test
  @DisplayName("HDP-17 law 6 octets that a rounded window let in wait for the receiver's window")
  void keepsWhatARoundedWindowLetIn() {
    tookOver(
            TestEngine.inline(HoldingAgents.detachingAt('X')),
            Opening.of("<mss 1460,wscale 0>", "win 20 <mss 1460,wscale 3>", "")
                + """
                s> . 1:1(0) ack 1 win 2
                >c . 1:1(0) ack 1 win 3
                c> P. 1:9(8) ack 1 "Xabcdefg"
                >s same
                """,
            """
            c> P. 9:14(5) ack 1 "hijkl"
            >s same
            s> . 1:1(0) ack 14 win 1
            >c . 1:1(0) ack 14 win 2
            c> P. 14:20(6) ack 1 "mnopqr"
            >s same
            s> . 1:1(0) ack 20 win 1
            >c . 1:1(0) ack 20 win 2
            """)
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 20 win 1
            >c same
            c> P. 20:36(16) ack 1 "beyond its right"
            >s P. 20:28(8) ack 1 "beyond i"
            s> . 1:1(0) ack 28 win 1
            >c same
            >s P. 28:36(8) ack 1 "ts right"
            at 4s
            s> . 1:1(0) ack 36 win 4
            >c same
            c> P. 36:76(40) ack 1 "once let go, no octets are kept back now"
            >s same
            """);
  }

  @Test
  @DisplayName("HDP-17 H-14 law 11 octets that another engine let in are taken while output waits")
  void takesWhatWasLetInWhileOutputWaits() {
    tookOver(
            TestEngine.inline("x", "0123456789"),
            Opening.of("<mss 1460,wscale 0>", "win 20 <mss 1460,wscale 3>", "")
                + """
                c> . 1:6(5) ack 1 "xxxxx"
                >s . 1:21(20) ack 1 "01234567890123456789"
                s> . 1:1(0) ack 21 win 1
                >c . 1:1(0) ack 3 win 3
                >s . 21:29(8) ack 1 "01234567"
                c> . 6:21(15) ack 1 "xxxxxxxxxxxxxxx"
                c> . 6:21(15) ack 1 "xxxxxxxxxxxxxxx"
                >s . 20:20(0) ack 1
                >c . 1:1(0) ack 3 win 3
                c> . 6:21(15) ack 1 "xxxxxxxxxxxxxxx"
                >s . 20:20(0) ack 1
                >c . 1:1(0) ack 21 win 0
                """,
            """
            c> . 21:27(6) ack 1 "xxxxxx"
            """)
        .run(
            """
            at 0.1s
            >s . 20:20(0) ack 1
            >c . 0:0(0) ack 21 win 0
            s> . 1:1(0) ack 29 win 1
            >s . 29:37(8) ack 1 "89012345"
            c> . 21:27(6) ack 1 "xxxxxx"
            >s . 28:28(0) ack 1
            at 0.2s
            >c . 1:1(0) ack 27 win 0
            """);
  }

  @Test
  @DisplayName(
      "HDP-17 H-14 law 11 an agent gets the octets before a FIN that came beyond the window")
  void letsInWhatTheAgentNeedsBeforeAFin() {
    tookOver(
            TestEngine.inline(
                LambdaAgent.by(
                    (direction, view, out) -> need(view, out, view.length() < 6 ? 6 : 8))),
            Opening.window(4)
                + """
                c> . 1:5(4) ack 1 "abcd"
                >c . 1:1(0) ack 5 win 2
                """,
            "")
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 5 win 0
            c> F. 9:9(0) ack 1
            >s . 0:0(0) ack 1
            s> . 1:1(0) ack 1 win 4
            >c . 1:1(0) ack 5 win 1460
            c> . 5:7(2) ack 1 "ef"
            c> . 7:9(2) ack 1 "gh"
            >s . 1:5(4) ack 1 "abcd"
            s> . 1:1(0) ack 5 win 4
            >s F. 5:9(4) ack 1 "efgh"
            """);
  }

  @Test
  @DisplayName("HDP-17 law 4 a segment that came late echoes as much as it did when it was sent")
  void keepsTheEchoOfALateSegment() {
    tookOver(
            TestEngine.inline("Hello", "Hi"),
            Opening.stamped(10, 20, 11),
            """
            c> . 1:1(0) ack 1 <TS 12/20>
            >s same
            """)
        .run(
            """
            at 0.1s
            c> . 1:1(0) ack 1 <TS 40/30>
            >s same
            s> P. 1:5(4) ack 1 <TS 29/12> "late"
            >c P. 1:5(4) ack 1 <TS 30/12> "late"
            """);
  }

  @Test
  @DisplayName("HDP-17 law 4 an echo that no clock can have reached since is older than all others")
  void believesNoEchoFromBeforeTheClockWrapped() {
    tookOver(TestEngine.inline("Hello", "Hi"), Opening.stamped(10, 20, 11), "")
        .run(
            """
            at 0.1s
            c> . 1:1(0) ack 1 <TS 40/2000000000>
            >s same
            s> P. 1:5(4) ack 1 <TS 29/12> "data"
            >c same
            """);
  }

  private static void need(OctetView view, Decisions out, int length) {
    if (view.length() < length) {
      out.need(length);
    } else {
      SimpleAgents.pass(view, out);
    }
  }

  @Test
  @DisplayName("HDP-17 H-31 law 11 a receiver is asked beside a first ACK that it does not answer")
  void asksBesideAnAcknowledgement() {
    tookOver(
            TestEngine.inline(SimpleAgents.replacing("Hello", "")),
            TestEngine.OPEN
                + """
                s> P. 1:8(7) ack 1 "welcome"
                >c same
                """,
            "")
        .run(
            """
            at 0.1s
            c> P. 1:6(5) ack 8 "Hello"
            >s . 0:0(0) ack 8
            >s . 1:1(0) ack 8
            s> . 8:8(0) ack 1
            >c . 8:8(0) ack 6
            """);
  }
}
