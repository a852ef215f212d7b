package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The first SACK block of an acknowledgement, which holds its cause (RFC 2018 section 4). */
class FirstBlockTest {
  private static final String SMALL =
      Opening.of("win 400 <mss 100,sackOK>", "win 400 <mss 100,sackOK>", "win 400");

  @Test
  @DisplayName("H-54 deleted octets that a block of the receiver grows over come first")
  void putsTheCauseFirst() {
    TestEngine.inline(FinishingAgents.cutting())
        .run(
            SMALL
                + """
                c> . 1:4(3) ack 1 win 400 "abc"
                >s same
                c> P. 4:6(2) ack 1 win 400 "dX"
                >s FP. 4:6(2) ack 1 win 400 "dX"
                s> . 1:1(0) ack 1 win 400 <sack 4:7>
                >c . 1:1(0) ack 1 win 400 <sack 4:6>
                c> . 206:306(100) ack 1 win 400
                >c . 1:1(0) ack 1 win 400 <sack 206:306 4:6>
                c> . 6:106(100) ack 1 win 400
                >c . 1:1(0) ack 1 win 400 <sack 4:106 206:306>
                """);
  }

  @Test
  @DisplayName("H-2 H-7 H-53 deleted octets are not reported above those in flight to the receiver")
  void reportsNoDeletedOctetsAboveThoseInFlight() {
    LambdaAgent dropping =
        LambdaAgent.onClient((view, out) -> {
          if (SimpleAgents.text(view).startsWith("D")) {
            out.drop(100_000);
          } else {
            SimpleAgents.pass(view, out);
          }
        });
    TestEngine.inline(dropping)
        .run(
            Opening.of("win 2000 <mss 100,sackOK>", "win 2000 <mss 100,sackOK>", "win 2000")
                + """
                c> . 1:101(100) ack 1 win 2000
                >s same
                c> P. 101:105(4) ack 1 win 2000 "Dabc"
                nothing
                c> . 105:205(100) ack 1 win 2000
                nothing
                c> . 205:305(100) ack 1 win 2000
                nothing
                c> . 305:405(100) ack 1 win 2000
                nothing
                s> . 1:1(0) ack 101 win 2000
                >c . 1:1(0) ack 405 win 2000
                """);
  }

  @Test
  @DisplayName("H-2 H-7 a window update beside octets in flight reports no deleted octets")
  void updatesTheWindowWithoutABlock() {
    LambdaAgent deleting =
        LambdaAgent.onClient((view, out) -> {
          if (SimpleAgents.text(view).startsWith("D")) {
            out.drop(view.length());
          } else {
            SimpleAgents.pass(view, out);
          }
        });
    TestEngine.inline(deleting)
        .run(
            Opening.of("win 2000 <mss 100,sackOK>", "win 2000 <mss 100,sackOK>", "win 2000")
                + """
                c> . 1:101(100) ack 1 win 2000
                >s same
                c> P. 101:105(4) ack 1 win 2000 "Dabc"
                nothing
                c> . 105:205(100) ack 1 win 2000 "D%s"
                >c . 1:1(0) ack 1 win 2104
                s> . 1:1(0) ack 101 win 2000
                >c . 1:1(0) ack 205 win 2000
                """
                    .formatted("x".repeat(99)));
  }
}
