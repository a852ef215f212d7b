package dev.midstream.reassembly.emit;

import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Congestion marks of octets that leave apart from their segment, or not at all. */
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
}
