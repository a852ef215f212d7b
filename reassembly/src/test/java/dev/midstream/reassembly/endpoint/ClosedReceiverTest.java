package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A receiver that got a FIN of the engine and is closed, while the sender goes on: the engine
 * answers in its place.
 */
class ClosedReceiverTest {
  /** The client has read the answer and the end, and closed: its FIN is acknowledged. */
  private static final String CLOSED =
      Opening.window(1_000)
          + """
          c> P. 1:2(1) ack 1 "X"
          >s same
          >c FP. 1:3(2) ack 1 win 1000 "no"
          c> F. 2:2(0) ack 4
          >s F. 2:2(0) ack 1
          s> . 1:1(0) ack 3 win 1000
          >c . 4:4(0) ack 3 win 1000
          """;

  @Test
  @DisplayName("H-54 nothing is sent to a receiver that is closed, and the engine answers for it")
  void answersForAClosedReceiver() {
    EndedStreams.denied(
        """
        s> . 1:1(0) ack 2
        >c . 4:4(0) ack 2
        c> F. 2:2(0) ack 4
        >s F. 2:2(0) ack 1
        s> P. 1:6(5) ack 3 "hello"
        >c . 4:4(0) ack 3
        >s . 3:3(0) ack 6
        s> P. 6:9(3) ack 3 win 60000 "abc"
        >s . 3:3(0) ack 9
        s> F. 9:9(0) ack 3 win 50000
        >s . 3:3(0) ack 10
        at 100s
        s> F. 9:9(0) ack 3 win 50000
        >s . 3:3(0) ack 10
        c> F. 2:2(0) ack 4
        >c . 4:4(0) ack 3
        """);
  }

  @Test
  @DisplayName("H-54 a window update of the sender does not reach a receiver that is closed")
  void keepsWindowUpdatesFromAClosedReceiver() {
    TestEngine.inline(FinishingAgents.denying())
        .run(
            CLOSED
                + """
                s> . 1:1(0) ack 3 win 60000
                nothing
                s> P. 1:6(5) ack 3 win 65000 "hello"
                >s . 3:3(0) ack 6
                """);
  }

  @Test
  @DisplayName("H-54 a keep-alive of the sender is answered for a receiver that is closed")
  void answersKeepAlivesForAClosedReceiver() {
    TestEngine.inline(FinishingAgents.denying())
        .run(
            CLOSED
                + """
                s> . 0:0(0) ack 3 win 1000
                >s . 3:3(0) ack 1
                """);
  }

  @Test
  @DisplayName("H-54 the receiver's FIN that comes again is answered by the engine")
  void answersTheReceiversFinAgain() {
    TestEngine.inline(FinishingAgents.denying())
        .run(
            CLOSED
                + """
                c> F. 2:2(0) ack 4
                >c . 4:4(0) ack 3 win 1000
                """);
  }

  @Test
  @DisplayName("H-54 a sender that is closed does not get what the receiver sends again")
  void answersForAClosedSender() {
    EndedStreams.denied(
        """
        c> F. 2:2(0) ack 1
        >s F. 2:2(0) ack 1
        s> F. 1:1(0) ack 3
        >c . 4:4(0) ack 3
        c> . 3:3(0) ack 4
        >s . 3:3(0) ack 2
        c> F. 2:2(0) ack 4
        >c . 4:4(0) ack 3
        s> R 2:2(0)
        nothing
        """);
  }

  @Test
  @DisplayName("H-54 a RST of a receiver that is closed does not end the sender's side")
  void absorbsTheResetOfAClosedReceiver() {
    Engine engine =
        TestEngine.inline(FinishingAgents.denying())
            .run(
                CLOSED
                    + """
                    c> R 3:3(0)
                    nothing
                    s> F. 1:1(0) ack 3 win 1000
                    >s . 3:3(0) ack 2
                    """);
    assertThat(engine.counters().of(Reason.RESET)).isZero();
  }

  @Test
  @DisplayName("H-24 H-54 a closed receiver that opens anew gets the challenge ACK, and may reset")
  void challengesTheNewOpeningOfAClosedReceiver() {
    TestEngine.inline(FinishingAgents.denying())
        .run(
            CLOSED
                + """
                c> S 900000:900000(0) win 65535 <mss 1460>
                >s same
                s> . 1:1(0) ack 3 win 1000
                >c . 4:4(0) ack 3 win 1000
                c> R 3:3(0)
                >s R 3:3(0)
                c> S 900000:900000(0) win 65535 <mss 1460>
                >s same
                s> S. 70000:70000(0) ack 900001 <mss 1460>
                >c same
                """);
  }

  @Test
  @DisplayName("H-24 H-54 a closed sender refuses a new opening of the closed receiver")
  void refusesTheNewOpeningOfAClosedReceiver() {
    TestEngine.inline(FinishingAgents.denying())
        .run(
            CLOSED
                + """
                s> F. 1:1(0) ack 3 win 1000
                >s . 3:3(0) ack 2
                c> S 900000:900000(0) win 65535 <mss 1460>
                >s same
                s> R. 4000000:4000000(0) ack 900001
                >c same
                """);
  }
}
