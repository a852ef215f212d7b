package dev.midstream.reassembly;

import static dev.midstream.reassembly.TakeoverTest.tookOver;

import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * An engine that takes over knows neither the largest window that a sender has seen nor how the
 * receiver's window stands now.
 */
class TakeoverWindowTest {
  /** The client has seen a window of 200 octets, which is not that of the handshake. */
  private static final String GROWN =
      Opening.of("<mss 100>", "win 20 <mss 100>", "")
          + """
          s> . 1:1(0) ack 1 win 200
          >c same
          """;

  @Test
  @DisplayName("HDP-17 H-14 law 1 no hold time runs while a sender may wait for a larger window")
  void letsInWhatASenderMayWaitFor() {
    tookOver(TestEngine.inline("evil", "good"), GROWN, "")
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 1 win 30
            >c same
            c> . 1:3(2) ack 1 "ev"
            at 0.2s
            >c . 1:1(0) ack 3 win 128
            at 1.19s
            c> . 3:5(2) ack 1 "il"
            >s . 1:5(4) ack 1 "good"
            """);
  }

  @Test
  @DisplayName("HDP-17 law 1 no hold time runs while the ACK of custody waits for the receiver")
  void holdsWhileASenderWaitsForItsAck() {
    tookOver(TestEngine.inline("evil", "good"), TestEngine.OPEN, "")
        .run(
            """
            at 0.1s
            c> P. 1:3(2) ack 1 "ev"
            >s . 0:0(0) ack 1
            at 2s
            nothing
            s> . 1:1(0) ack 1
            >c . 1:1(0) ack 3
            c> P. 3:5(2) ack 1 "il"
            >s P. 1:5(4) ack 1 "good"
            """);
  }

  @Test
  @DisplayName("HDP-17 law 1 the hold time runs when the receiver has been heard")
  void passesAfterASilenceThatFollowsTheAck() {
    tookOver(TestEngine.inline("evil", "good"), TestEngine.OPEN, "")
        .run(
            """
            at 0.1s
            c> P. 1:3(2) ack 1 "ev"
            >s . 0:0(0) ack 1
            at 2s
            s> . 1:1(0) ack 1
            >c . 1:1(0) ack 3
            at 2.999s
            nothing
            at 3s
            >s P. 1:3(2) ack 1 "ev"
            """);
  }
}
