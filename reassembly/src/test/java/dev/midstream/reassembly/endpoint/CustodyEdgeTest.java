package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Traps at the edges of custody: what was only reported, probed for, or kept alive. */
class CustodyEdgeTest {
  @Test
  @DisplayName("H-3 law 11 reported octets that the receiver threw away again are repeated")
  void repeatsWhatTheReceiverThrewAway() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:5(4) ack 1 "abc\\n"
            >s same
            s> . 1:1(0) ack 5
            >c same
            c> . 5:9(4) ack 1 "abcd"
            at 1s
            >c . 1:1(0) ack 9
            c> . 9:12(3) ack 1 "ef\\n"
            >s . 5:12(7) ack 1 "abcdef\\n"
            s> . 1:1(0) ack 5 <sack 8:12>
            >c . 1:1(0) ack 12
            s> . 1:1(0) ack 8
            >c . 1:1(0) ack 12
            at 1.25s
            >s P. 8:12(4) ack 1 "def\\n"
            s> . 1:1(0) ack 12
            >c . 1:1(0) ack 12
            """);
  }

  @Test
  @DisplayName("H-16 law 11 an edit that begins where the window shown ends is repeated on a probe")
  void repeatsAnEditAtTheEdge() {
    TestEngine.inline(
            LambdaAgent.by(
                    (direction, view, out) -> {
                      if (view.length() == 40) {
                        out.pass(10);
                        out.replace(30, Octets.ofText("x".repeat(50)));
                      }
                    })
                .withoutFlush())
        .run(
            """
            c> S 0:40(40) win 65535 <mss 1460>
            >s S 0:0(0)
            s> S. 0:0(0) ack 1 win 10 <mss 1460>
            >c same
            c> . 1:1(0) ack 1 win 65535
            >s . 1:11(10) ack 1
            s> . 1:1(0) ack 11 win 20
            >c . 1:1(0) ack 11 win 0
            >s . 11:31(20) ack 1
            at 3s
            c> . 11:12(1) ack 1
            >s . 11:31(20) ack 1
            >c . 1:1(0) ack 11 win 0
            s> . 1:1(0) ack 31 win 100
            >c . 1:1(0) ack 11 win 100
            >s . 31:61(30) ack 1
            s> . 1:1(0) ack 61 win 100
            >c . 1:1(0) ack 41 win 100
            """);
  }

  @Test
  @DisplayName("H-9 law 3 octets reported right behind what is in custody are acknowledged with it")
  void takesWhatIsReportedBehindTheEdge() {
    TestEngine.inline(HoldingAgents.needing(5))
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            at 0.1s
            >c . 1:1(0) ack 5
            c> . 5:9(4) ack 1 "NOOP"
            >s . 1:9(8) ack 1 "QUITNOOP"
            s> . 1:1(0) ack 1 <sack 5:7>
            >c . 1:1(0) ack 7
            s> . 1:1(0) ack 1 <sack 5:7>
            s> . 1:1(0) ack 9
            >c . 1:1(0) ack 9
            """);
  }

  @Test
  @DisplayName(
      "H-36 law 11 a sender whose octets are all in custody gets an answer to a keep-alive")
  void answersKeepAlivesOfOwnedStreams() {
    TestEngine.inline(HoldingAgents.needing(5))
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            at 0.1s
            >c . 1:1(0) ack 5
            c> . 5:6(1) ack 1 "!"
            >s . 1:6(5) ack 1 "QUIT!"
            s> . 1:1(0) ack 2 win 65534
            c> . 4:4(0) ack 1
            >s . 1:1(0) ack 1
            s> . 1:1(0) ack 3 win 65533
            >c . 1:1(0) ack 5
            s> . 1:1(0) ack 4 win 65532
            """);
  }

  @Test
  @DisplayName("H-3 law 3 an acknowledgement that stays among reported octets is moved behind them")
  void takesWhatStaysReported() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 3:5(2) ack 1 "b\\n"
            >c . 1:1(0) ack 1 <sack 3:5>
            c> . 1:3(2) ack 1 "a\\n"
            >s . 1:5(4) ack 1 "a\\nb\\n"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 4
            at 0.099s
            nothing
            at 0.1s
            >c . 1:1(0) ack 5
            """);
  }
}
