package dev.midstream.reassembly.emit;

import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Congestion marks of octets that leave apart from their segment, or not at all, and what the
 * engine knows of those that an end counted.
 */
class CongestionMarksTest {
  @Test
  @DisplayName("H-46 held octets that leave apart take CE and CWR of the segment after them")
  void marksHeldOctetsOnce() {
    TestEngine.inline(HoldingAgents.needing(4))
        .open(
            """
            c> . 1:3(2) ack 1 tos 2
            c> W. 3:1463(1460) ack 1 tos 3
            >s W. 1:3(2) ack 1 tos 3
            >s . 3:1463(1460) ack 1 tos 2
            """);
  }

  @Test
  @DisplayName("H-46 octets that come again after both FINs leave nothing ECN-capable")
  void acknowledgesLateOctetsWithoutEct() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            c> . 1:11(10) ack 1 tos 2
            >s same
            c> F. 11:11(0) ack 1
            >s same
            s> F. 1:1(0) ack 12
            >c same
            c> . 12:12(0) ack 2
            >s same
            c> . 1:11(10) ack 2 tos 2
            >s . 11:11(0) ack 2 tos 0
            """);
  }

  @ParameterizedTest(name = "{0} on the ACK of the SYN-ACK is the counter {1}")
  @CsvSource({"W.,EA.", "EW.,EA.", "A.,EA.", "WA.,WA."})
  @DisplayName("H-46 a client says how its SYN-ACK was marked, and counts one mark or none")
  void countsTheMarkOfTheSynAck(String answer, String counter) {
    TestEngine.inline(LineAgents.passing())
        .run(
            """
            c> SEWA 0:0(0) <mss 1460>
            >s same
            s> SW. 0:0(0) ack 1 <mss 1460>
            >c same
            c> %s 1:1(0) ack 1
            >s same
            s> EA. 1:3(2) ack 1 "QU"
            at 0.100s
            >s %s 1:1(0) ack 3
            """
                .formatted(answer, counter));
  }

  @Test
  @DisplayName("H-46 octets in the answer to a SYN-ACK come with a counter")
  void takesTheCounterOfAnAnswerWithOctets() {
    TestEngine.inline(LineAgents.passing())
        .run(
            """
            c> SEWA 0:0(0) <mss 1460>
            >s same
            s> SW. 0:0(0) ack 1 <mss 1460>
            >c same
            c> EWA. 1:3(2) ack 1 "x\\n"
            >s same
            s> EA. 1:3(2) ack 3 "QU"
            >c EA. 1:1(0) ack 3
            at 0.100s
            >s EWA. 3:3(0) ack 3
            """);
  }
}
