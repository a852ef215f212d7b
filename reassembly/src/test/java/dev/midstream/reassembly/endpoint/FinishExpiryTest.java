package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A FIN of the engine that is never acknowledged, or that no FIN of the sender follows. */
class FinishExpiryTest {
  @Test
  @DisplayName("H-19 H-54 both ends are reset when the receiver never acknowledges the FIN")
  void givesTheReceiverUp() {
    Engine engine =
        EndedStreams.cut(
            """
            at 0.5s
            c> P. 1:4(3) ack 1 "abX"
            >s FP. 1:4(3) ack 1 "abX"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 4
            """
                + InCustody.sentAt(">s F. 4:4(0) ack 1", "1.6s", "3.6s", "7.6s")
                + "c> F. 4:4(0) ack 1\n"
                + InCustody.sentAt(">s F. 4:4(0) ack 1", "15.6s", "31.6s", "63.6s", "123.6s")
                + """
                at 183.6s
                >s R. 4:4(0) ack 1
                >s R. 5:5(0) ack 1
                >c R. 1:1(0) ack 4
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isOne();
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("H-54 both ends are reset when the sender's own FIN does not come")
  void givesTheSenderUp() {
    Engine engine =
        EndedStreams.denied(
            """
            s> . 1:1(0) ack 2
            >c . 4:4(0) ack 2
            c> F. 2:2(0) ack 4
            >s F. 2:2(0) ack 1
            s> . 1:1(0) ack 3
            >c . 4:4(0) ack 3
            at 239s
            nothing
            at 241s
            >s R. 3:3(0) ack 1
            >c R. 4:4(0) ack 3
            """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("H-54 what the sender goes on to say does not prolong the wait for its FIN")
  void givesATalkingSenderUp() {
    StringBuilder script =
        new StringBuilder(
            """
            c> P. 1:2(1) ack 1 "X"
            >s same
            >c FP. 1:3(2) ack 1 "no"
            s> . 1:1(0) ack 2
            >c . 4:4(0) ack 2
            c> . 2:2(0) ack 4
            """);
    for (int octet = 1; octet < 24; octet++) {
      script.append(
          """
          at %ds
          s> P. %d:%d(1) ack 2 "z"
          >s . 2:2(0) ack %d
          """
              .formatted(10 * octet, octet, octet + 1, octet + 1));
    }
    script.append(
        """
        at 241s
        >s R. 2:2(0) ack 24
        >c R. 4:4(0) ack 2
        """);
    Engine engine = TestEngine.inline(FinishingAgents.denying()).open(script.toString());
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isOne();
  }
}
