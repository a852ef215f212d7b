package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Acknowledgements that answer segments of the engine are no duplicates at the sender. */
class ExpectedAnswersTest {
  /** No SACK. The round trip to the client takes 40 ms; a denied client's reply leaves twice. */
  private static final String RETRANSMITTED =
      """
      c> S 0:0(0) <mss 1460>
      >s same
      at 0.030s
      s> S. 0:0(0) ack 1 <mss 1460>
      >c same
      at 0.070s
      c> . 1:1(0) ack 1
      >s same
      at 0.100s
      c> P. 1:6(5) ack 1 "STAT\\n"
      >c P. 1:8(7) ack 6 "502 no\\n"
      at 0.230s
      >c P. 1:8(7) ack 6 "502 no\\n"
      """;

  private static final String ANSWER = "c> . 6:6(0) ack 8\n";

  private static final String AT_THE_SERVER = ">s . 1:1(0) ack 1\n";

  private static TestEngine denying() {
    return InCustody.denying("502 no\n");
  }

  @Test
  @DisplayName("H-12 the answer to a needless retransmission is absorbed, the next ACK is not")
  void absorbsTheAnswerToANeedlessRetransmission() {
    denying()
        .run(
            RETRANSMITTED
                + "at 0.240s\n"
                + ANSWER
                + "nothing\nat 0.270s\n"
                + ANSWER
                + "nothing\n"
                + ANSWER
                + AT_THE_SERVER);
  }

  @Test
  @DisplayName("H-12 an acknowledgement after a round trip is the answer; the next one passes")
  void countsAnAcknowledgementAfterARoundTripAsTheAnswer() {
    denying().run(RETRANSMITTED + "at 0.270s\n" + ANSWER + "nothing\n" + ANSWER + AT_THE_SERVER);
  }

  @Test
  @DisplayName("H-12 an answer is expected for one RTO")
  void expectsAnAnswerForOneRto() {
    String acknowledged = RETRANSMITTED + "at 0.240s\n" + ANSWER + "nothing\n";
    denying().run(acknowledged + "at 0.430s\n" + ANSWER + "nothing\n");
    denying().run(acknowledged + "at 0.431s\n" + ANSWER + AT_THE_SERVER);
  }

  @Test
  @DisplayName("H-12 answers that did not come within the RTO are not expected later")
  void forgetsAnswersThatDidNotCome() {
    denying()
        .run(
            Opening.PLAIN
                + """
                c> P. 1:6(5) ack 1 win 0 "STAT\\n"
                >c . 1:1(0) ack 6
                at 1s
                >c . 0:0(0) ack 6
                at 3s
                >c . 0:0(0) ack 6
                at 7s
                >c . 0:0(0) ack 6
                c> . 6:6(0) ack 1 win 0
                nothing
                c> . 6:6(0) ack 1 win 0
                >s . 1:1(0) ack 1
                """);
  }

  @Test
  @DisplayName("H-12 unanswered keep-alives do not let later duplicates through to the sender")
  void forgetsUnansweredKeepAlives() {
    String keepAlive = "c> . 0:0(0) ack 1\n>s . 0:0(0) ack 1\n";
    TestEngine.inline(LineAgents.passing())
        .run(
            Opening.PLAIN
                + "at 10s\n"
                + keepAlive
                + "at 20s\n"
                + keepAlive
                + "at 30s\n"
                + keepAlive
                + """
                at 50s
                c> P. 1:5(4) ack 1 "QUIT"
                at 51s
                >c . 1:1(0) ack 5
                c> P. 5:6(1) ack 1 "\\n"
                >s P. 1:6(5) ack 1 "QUIT\\n"
                s> . 1:1(0) ack 1
                s> . 1:1(0) ack 1
                nothing
                s> . 1:1(0) ack 1
                >s P. 1:5(4) ack 1 "QUIT"
                """);
  }

  @Test
  @DisplayName("H-12 H-23 of the answers to a retransmission that hits waiting output one passes")
  void answersARetransmissionAtAClosedWindowOnce() {
    TestEngine.inline("x", "0123456789")
        .run(
            Opening.window(10)
                + """
                c> . 1:3(2) ack 1 "xx"
                >s . 1:11(10) ack 1
                s> . 1:1(0) ack 11 win 0
                >c . 1:1(0) ack 2
                at 1s
                c> . 2:3(1) ack 1 "x"
                >s . 10:10(0) ack 1
                >c . 1:1(0) ack 2
                s> . 1:1(0) ack 11 win 0
                nothing
                s> . 1:1(0) ack 11 win 0
                >c . 1:1(0) ack 2
                """);
  }

  @Test
  @DisplayName("H-12 RFC 5681 a late answer reaches a sender that has nothing in flight, once")
  void answersAProbeLateIfNothingIsInFlight() {
    TestEngine.inline("x", "0123456789")
        .run(
            Opening.window(10)
                + """
                c> . 1:3(2) ack 1 "xx"
                >s . 1:11(10) ack 1
                s> . 1:1(0) ack 11 win 0
                >c . 1:1(0) ack 2
                at 1s
                c> . 2:3(1) ack 1 "x"
                >s . 10:10(0) ack 1
                >c . 1:1(0) ack 2
                at 3s
                c> . 2:3(1) ack 1 "x"
                >s . 10:10(0) ack 1
                >c . 1:1(0) ack 3 win 8
                at 3.1s
                c> . 2:2(0) ack 1
                >s . 10:10(0) ack 1
                at 3.2s
                >s . 10:10(0) ack 1
                at 3.5s
                s> . 1:1(0) ack 11 win 0
                >c . 1:1(0) ack 3 win 8
                s> . 1:1(0) ack 11 win 0
                nothing
                """);
  }

  @Test
  @DisplayName("H-9 a D-SACK of octets that the engine retransmitted is absorbed when all came")
  void absorbsDsacksOfItsOwnRetransmissions() {
    InCustody.denying("no\n")
        .open(
            """
            c> P. 1:6(5) ack 1 "STAT\\n"
            >c P. 1:4(3) ack 6 "no\\n"
            at 1s
            >c P. 1:4(3) ack 6 "no\\n"
            c> . 6:6(0) ack 4
            at 10s
            c> . 6:6(0) ack 4 <sack 1:4>
            nothing
            c> . 6:6(0) ack 4
            >s . 1:1(0) ack 1
            """);
  }
}
