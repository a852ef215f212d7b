package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a receiver answers to a FIN of the engine that comes again. */
class FinAnswersTest {
  /** A round trip takes 0.1 s, and the FIN is lost. */
  private static final String FINISHED =
      """
      c> P. 1:4(3) ack 1 "abX"
      >s FP. 1:4(3) ack 1 "abX"
      at 0.1s
      """;

  @Test
  @DisplayName("H-54 the answer to a FIN that was sent again does not reach the sender")
  void absorbsTheAnswerToAFinSentAgain() {
    TestEngine.inline(FinishingAgents.cutting())
        .open(
            FINISHED
                + """
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
    TestEngine.inline(FinishingAgents.cutting())
        .open(
            FINISHED
                + """
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
}
