package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a receiver answers to a FIN of the engine that comes again. */
class FinAnswersTest {
  @Test
  @DisplayName("H-54 the answer to a FIN that was sent again does not reach the sender")
  void absorbsTheAnswerToAFinSentAgain() {
    EndedStreams.cut(
        """
        at 0.1s
        s> . 1:1(0) ack 4
        >c . 1:1(0) ack 4
        at 0.2s
        nothing
        at 0.4s
        >s F. 4:4(0) ack 1
        s> . 1:1(0) ack 5
        s> . 1:1(0) ack 5
        nothing
        """);
  }

  @Test
  @DisplayName("H-54 a window that opens ends the back-off of a FIN that probed it")
  void endsTheBackOffWhenTheWindowOpens() {
    EndedStreams.cut(
        """
        at 0.1s
        s> . 1:1(0) ack 4 win 0
        >c . 1:1(0) ack 4 win 65535
        at 0.41s
        >s F. 4:4(0) ack 1
        at 0.81s
        >s F. 4:4(0) ack 1
        at 1.61s
        >s F. 4:4(0) ack 1
        at 3.21s
        >s F. 4:4(0) ack 1
        at 3.3s
        s> . 1:1(0) ack 4 win 1000
        at 3.8s
        >s F. 4:4(0) ack 1
        """);
  }

  @Test
  @DisplayName("H-54 the sender's FIN is awaited anew when the receiver's own comes")
  void waitsAnewAfterTheReceiversFin() {
    Engine engine =
        EndedStreams.denied(
            """
            s> . 1:1(0) ack 2
            >c . 4:4(0) ack 2
            c> . 2:2(0) ack 4
            at 100s
            c> F. 2:2(0) ack 4
            >s F. 2:2(0) ack 1
            s> . 1:1(0) ack 3
            >c . 4:4(0) ack 3
            at 339s
            nothing
            at 341s
            >s R. 3:3(0) ack 1
            >c R. 4:4(0) ack 3
            """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("H-26 H-54 deleted octets are acknowledged while the FIN is not")
  void acknowledgesWhatFollowsALostFin() {
    EndedStreams.cut(
        """
        at 0.1s
        s> . 1:1(0) ack 4
        >c . 1:1(0) ack 4
        c> P. 4:7(3) ack 1 "efg"
        >c . 1:1(0) ack 7
        """);
  }
}
