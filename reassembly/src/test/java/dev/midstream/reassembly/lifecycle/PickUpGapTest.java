package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Vantage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Gaps of a connection that was picked up at an old retransmission. Its receiver may have what is
 * missing, and then its sender does not send it again.
 */
class PickUpGapTest {
  private static final String OLD_RETRANSMISSION =
      """
      s> . 1001:1004(3) ack 1 "cat"
      >c . 1001:1004(3) ack 1 "dog"
      """;

  @Test
  @DisplayName("C-67 law 11 picked up, a repetition after a gap asks what its receiver has")
  void asksWhatTheReceiverHas() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            OLD_RETRANSMISSION
                + """
                s> . 2001:2004(3) ack 1 "cat"
                s> . 2004:2007(3) ack 1 "dot"
                s> . 2001:2004(3) ack 1 "cat"
                >c . 1000:1000(0) ack 1
                c> . 1:1(0) ack 2001
                >s same
                >c . 2001:2007(6) ack 1 "dogdot"
                c> . 1:1(0) ack 2007
                >s same
                """);
  }

  @Test
  @DisplayName("C-67 law 11 picked up, an old acknowledgement says little of what the receiver has")
  void asksAlthoughTheReceiverWasHeard() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            OLD_RETRANSMISSION
                + """
                c> . 1:1(0) ack 1004
                >s same
                s> . 2001:2004(3) ack 1 "cat"
                s> . 2001:2004(3) ack 1 "cat"
                >c . 1003:1003(0) ack 1
                c> . 1:1(0) ack 2001
                >s same
                >c . 2001:2004(3) ack 1 "dog"
                """);
  }

  @Test
  @DisplayName("C-67 picked up, held octets that the receiver acknowledges left before the pick-up")
  void passesHeldOctetsThatTheReceiverHas() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            OLD_RETRANSMISSION
                + """
                c> . 1:1(0) ack 1004
                >s same
                s> . 1004:1006(2) ack 1 "ca"
                c> . 1:1(0) ack 1006
                >s same
                s> . 1006:1009(3) ack 1 "cat"
                >c . 1006:1009(3) ack 1 "dog"
                """);
  }

  @Test
  @DisplayName("C-67 picked up, an acknowledgement inside held octets leaves the rest to the agent")
  void passesHeldOctetsUpToTheAcknowledgement() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            OLD_RETRANSMISSION
                + """
                c> . 1:1(0) ack 1004
                >s same
                s> . 1004:1006(2) ack 1 "ca"
                c> . 1:1(0) ack 1005
                >s same
                >c . 1005:1006(1) ack 1 "a"
                s> . 1006:1009(3) ack 1 "cat"
                >c . 1006:1009(3) ack 1 "dog"
                """);
  }

  @Test
  @DisplayName("C-67 law 11 picked up, a repetition that is not kept asks what its receiver has")
  void asksAlthoughNothingIsKept() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .outOfOrder(OutOfOrder.DISCARD)
        .run(
            OLD_RETRANSMISSION
                + """
                s> . 2001:2004(3) ack 1 "cat"
                s> . 2001:2004(3) ack 1 "cat"
                >c . 1000:1000(0) ack 1
                c> . 1:1(0) ack 2001
                >s same
                s> . 2001:2004(3) ack 1 "cat"
                >c . 2001:2004(3) ack 1 "dog"
                """);
  }

  @Test
  @DisplayName("C-67 law 11 picked up, a FIN that comes again after a gap asks for it, too")
  void asksForAFin() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            OLD_RETRANSMISSION
                + """
                s> F. 2001:2001(0) ack 1
                s> F. 2001:2001(0) ack 1
                >c . 1000:1000(0) ack 1
                c> . 1:1(0) ack 2001
                >s same
                >c F. 2001:2001(0) ack 1
                """);
  }

  @Test
  @DisplayName(
      "C-67 picked up, what was lost before the engine is sent again, and nothing is asked")
  void asksNothingOfReorderedSegments() {
    PickUpTest.pickingUp(Vantage.INLINE)
        .run(
            OLD_RETRANSMISSION
                + """
                c> . 1:1(0) ack 1004
                >s same
                s> . 1010:1013(3) ack 1 "dot"
                s> . 1007:1010(3) ack 1 "cat"
                s> . 1004:1007(3) ack 1 "eat"
                >c . 1004:1013(9) ack 1 "eatdogdot"
                """);
  }
}
