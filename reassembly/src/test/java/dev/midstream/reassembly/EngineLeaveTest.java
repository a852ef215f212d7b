package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The engine ends before its connections. */
class EngineLeaveTest {
  private static final String REPLACED =
      """
      c> . 1:4(3) ack 1 "cat"
      >s . 1:4(3) ack 1 "dog"
      """;

  @Test
  @DisplayName(
      "OWN-3 a connection with shifted sequence numbers is reset; its octets would be misplaced")
  void resetsConnectionsWithShiftedSequenceNumbers() {
    Engine engine =
        leaving(
            "Hello",
            "Hi",
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 3
            >c . 1:1(0) ack 6
            end
            >s R. 3:3(0) ack 1
            >c R. 1:1(0) ack 6
            """);
    assertThat(engine.counters().of(Reason.BOX_ENDS)).isOne();
  }

  @Test
  @DisplayName(
      "OWN-3 an unacknowledged edit of equal length resets its connection: its original may follow")
  void resetsIfAnEditMayBeRetransmittedUnedited() {
    leaving(
        "cat",
        "dog",
        REPLACED
            + """
            end
            >s R. 1:1(0) ack 1
            >s R. 4:4(0) ack 1
            >c R. 1:1(0) ack 1
            """);
  }

  @Test
  @DisplayName("OWN-3 acknowledged edits of equal length need no reset")
  void leavesConnectionAfterAcknowledgedEditsOfEqualLength() {
    Engine engine =
        leaving(
            "cat",
            "dog",
            REPLACED
                + """
                s> . 1:1(0) ack 4
                >c . 1:1(0) ack 4
                end
                """);
    assertThat(engine.counters().of(Reason.BOX_ENDS)).isZero();
  }

  @Test
  @DisplayName("OWN-3 held octets leave, and the connection goes on without the engine")
  void releasesHeldOctets() {
    Engine engine =
        leaving(
            "Hello",
            "Hi",
            """
            c> P. 1:4(3) ack 1 "Hel"
            end
            >s P. 1:4(3) ack 1 "Hel"
            """);
    assertThat(engine.counters().of(Reason.BOX_ENDS)).isZero();
  }

  @Test
  @DisplayName("OWN-3 vouched octets that the receiver lacks reset the connection")
  void resetsConnectionWithOctetsInCustody() {
    Engine engine =
        leaving(
            "Hello",
            "Hi",
            """
            c> . 11:21(10) ack 1
            >c . 1:1(0) ack 1 <sack 11:21>
            end
            >s . 11:21(10) ack 1
            >s R. 1:1(0) ack 1
            >s R. 21:21(0) ack 1
            >c R. 1:1(0) ack 1
            """);
    assertThat(engine.counters().of(Reason.BOX_ENDS)).isOne();
  }

  private static Engine leaving(String find, String replacement, String text) {
    Engine engine = TestEngine.inline(find, replacement).engine();
    Scripts.of(engine, engine::leave).run(TestEngine.OPEN + text);
    return engine;
  }
}
