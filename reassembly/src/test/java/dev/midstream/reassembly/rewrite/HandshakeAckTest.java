package dev.midstream.reassembly.rewrite;

import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The server waits for the acknowledgement of its SYN, whatever carries it. */
class HandshakeAckTest {
  private static final String SYNS =
      """
      c> S 0:0(0) win 65535 <mss 1460,sackOK>
      >s same
      s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>
      >c same
      """;

  private static final String ACK =
      """
      c> . 1:1(0) ack 1
      >s same
      """;

  private static final String SYN_ACK_AGAIN =
      """
      at 1s
      s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK>
      >c same
      """;

  @Test
  @DisplayName("H-4 the handshake's ACK on a held segment leaves at once")
  void leavesAtOnceFromAHeldSegment() {
    TestEngine.inline(LineAgents.passing())
        .run(
            SYNS
                + """
                c> P. 1:5(4) ack 1 "QUIT"
                >s . 1:1(0) ack 1
                c> P. 5:7(2) ack 1 "!!"
                nothing
                """);
  }

  @Test
  @DisplayName("H-4 the handshake's ACK on a delayed segment leaves at once")
  void leavesAtOnceFromADelayedSegment() {
    TestEngine.inline(LineAgents.passing())
        .run(
            SYNS
                + """
                c> P. 3:7(4) ack 1 "IT!!"
                >s . 1:1(0) ack 1
                >c . 1:1(0) ack 1 <sack 3:7>
                """);
  }

  @Test
  @DisplayName("H-4 H-48 the handshake's ACK on a FIN behind held octets of the SYN leaves at once")
  void leavesAtOnceFromAFin() {
    TestEngine.inline(LineAgents.passing())
        .run(
            """
            c> S 0:4(4) win 65535 <mss 1460> "QUIT"
            >s S 0:0(0)
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >c same
            c> F. 7:7(0) ack 1
            >s . 1:1(0) ack 1
            """);
  }

  @Test
  @DisplayName("H-4 the answer to a retransmitted SYN-ACK leaves, also on a held segment")
  void leavesAgainAfterARetransmittedSynAck() {
    TestEngine.inline(LineAgents.passing())
        .run(
            SYNS
                + ACK
                + SYN_ACK_AGAIN
                + """
                c> P. 1:5(4) ack 1 "QUIT"
                >s . 1:1(0) ack 1
                """);
  }

  @Test
  @DisplayName("H-4 the answer to a retransmitted SYN-ACK leaves while the client has a reply")
  void leavesWhileAReplyIsInFlight() {
    TestEngine.inline(LineAgents.denying("STAT", "502 no\n"))
        .run(
            SYNS
                + ACK
                + """
                c> P. 1:6(5) ack 1 "STAT\\n"
                >c P. 1:8(7) ack 6 "502 no\\n"
                """
                + SYN_ACK_AGAIN.replace("at 1s", "at 0.5s").replace("same", "S. 0:0(0) ack 6")
                + """
                c> . 6:6(0) ack 1
                >s . 1:1(0) ack 1
                """);
  }
}
