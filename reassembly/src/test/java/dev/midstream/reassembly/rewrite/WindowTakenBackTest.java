package dev.midstream.reassembly.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A receiver takes its window back, below octets that have left (RFC 9293 section 3.8.6). */
class WindowTakenBackTest {
  /** 20 octets left; the server acknowledged ten of them and takes no more than two of the rest. */
  private static final String TAKEN_BACK =
      Opening.of("<mss 1460,sackOK>", "win 30 <mss 1460,sackOK>", "")
          + """
          c> . 1:21(20) ack 1
          >s same
          s> . 1:1(0) ack 11 win 2
          >c . 1:1(0) ack 11 win 20
          """;

  private static Engine run(String script) {
    return TestEngine.inline(SimpleAgents.passing()).run(TAKEN_BACK + script);
  }

  @Test
  @DisplayName("H-30 ACK-1 the number of an acknowledgement lies in the window that is left")
  void numbersAcknowledgementsInTheWindow() {
    run(
        """
        s> . 1:5(4) ack 11 win 2 "data"
        >c . 1:5(4) ack 11 win 20 "data"
        c> . 21:21(0) ack 5
        >s . 13:13(0) ack 5
        s> . 9:13(4) ack 11 win 2 "late"
        >s . 13:13(0) ack 5 <sack 9:13>
        """);
  }

  @Test
  @DisplayName("H-30 H-4 so does the number of the headers of a segment that waits")
  void numbersHeadersInTheWindow() {
    run(
        """
        s> . 1:5(4) ack 11 win 2 "data"
        >c . 1:5(4) ack 11 win 20 "data"
        c> . 21:25(4) ack 5
        >s . 13:13(0) ack 5
        """);
  }

  @Test
  @DisplayName("H-30 H-23 a retransmission ends at the window's edge; the second one is kept")
  void retransmitsUpToTheEdge() {
    Engine engine =
        run(
            """
            c> . 1:21(20) ack 1
            >s . 11:13(2) ack 1
            >c . 1:1(0) ack 11 win 20
            c> . 1:21(20) ack 1
            >s . 11:13(2) ack 1
            >c . 1:1(0) ack 21 win 10
            s> . 1:1(0) ack 13 win 0
            nothing
            s> . 1:1(0) ack 13 win 30
            >c . 1:1(0) ack 21 win 22
            at 1s
            >s P. 13:21(8) ack 1
            s> . 1:1(0) ack 21 win 30
            >c . 1:1(0) ack 21 win 30
            """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
  }

  @Test
  @DisplayName("H-30 a retransmission with new octets ends at the window's edge")
  void retransmitsBesideNewOctetsUpToTheEdge() {
    run(
        """
        c> . 11:25(14) ack 1
        >s . 11:13(2) ack 1
        """);
  }

  @Test
  @DisplayName("H-30 H-23 a retransmission beyond the window's edge becomes a probe")
  void probesBeyondTheEdge() {
    run(
        """
        c> . 13:21(8) ack 1
        >s . 10:10(0) ack 1
        >c . 1:1(0) ack 11 win 20
        """);
  }

  @Test
  @DisplayName("H-30 ACK-7 a reset has the highest number that the receiver may expect")
  void resetsInTheWindow() {
    run(
        """
        c> R. 21:21(0) ack 1
        >s R. 11:11(0) ack 1
        >s R. 13:13(0) ack 1
        """);
  }

  @Test
  @DisplayName("H-30 H-27 a window field that was rounded down takes nothing back")
  void roundingTakesNothingBack() {
    TestEngine.inline(SimpleAgents.passing())
        .run(
            Opening.of("win 65535 <mss 1460,wscale 7>", "win 1000 <mss 1460,wscale 7>", "win 512")
                + """
                c> . 1:1001(1000) ack 1 win 512
                >s same
                s> . 1:5(4) ack 101 win 7 "data"
                >c . 1:5(4) ack 101 win 8 "data"
                c> . 1001:1001(0) ack 5 win 512
                >s same
                c> . 901:1001(100) ack 5 win 512
                >s same
                """);
  }

  /** A window of one unit was taken back; less than a unit had left beyond what remains. */
  private static final String UNIT_TAKEN_BACK =
      Opening.of("win 65535 <mss 1460,wscale 0>", "win 256 <mss 1460,wscale 8>", "win 65535")
          + """
          c> . 1:51(50) ack 1
          >s same
          s> . 1:1(0) ack 51 win 1
          >c same
          c> . 51:201(150) ack 1
          >s same
          s> . 1:1(0) ack 51 win 0
          nothing
          """;

  @Test
  @DisplayName("H-30 H-23 what left in a unit that was taken back is kept when sent again twice")
  void keepsWhatLeftInAUnitThatWasTakenBack() {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .run(
                UNIT_TAKEN_BACK
                    + """
                    c> . 51:201(150) ack 1
                    >s . 50:50(0) ack 1
                    >c . 1:1(0) ack 51 win 1
                    c> . 51:201(150) ack 1
                    >s . 50:50(0) ack 1
                    >c . 1:1(0) ack 201 win 1
                    s> . 1:1(0) ack 51 win 0
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
  }

  @Test
  @DisplayName("H-30 ACK-1 the number of an acknowledgement lies below a unit that was taken back")
  void numbersAcknowledgementsBelowAUnitThatWasTakenBack() {
    TestEngine.inline(SimpleAgents.passing())
        .run(
            UNIT_TAKEN_BACK
                + """
                s> . 1:5(4) ack 51 win 0 "data"
                >c . 1:5(4) ack 51 win 1 "data"
                c> . 201:201(0) ack 5
                >s . 51:51(0) ack 5
                """);
  }

  @Test
  @DisplayName("H-30 an old acknowledgement takes no window back once all is acknowledged")
  void takesNoWindowBackOnceAllIsAcknowledged() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              SimpleAgents.pass(view, out);
              if (direction == Direction.SERVER_TO_CLIENT) {
                out.finish(direction);
              }
            }))
        .open(
            """
            s> P. 1:4(3) ack 1 "abc"
            >c FP. 1:4(3) ack 1 "abc"
            c> P. 1:2(1) ack 5 "x"
            >s P. 1:2(1) ack 4 "x"
            c> . 2:2(0) ack 3 win 0
            s> . 4:7(3) ack 2 "def"
            >c . 5:5(0) ack 2
            >s . 2:2(0) ack 7 win 65535
            """);
  }
}
