package dev.midstream.reassembly.emit;

import dev.midstream.reassembly.script.Opening;
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

  /** The client sent a line, and the server reported a mark of it. */
  private static final String REPORTED =
      """
      c> . 1:4(3) ack 1 "a1\\n"
      >s same
      s> E. 1:1(0) ack 4
      >c same
      """;

  @Test
  @DisplayName("H-4 CWR of a held segment leaves at once; the next one without it has no news")
  void forwardsTheCwrOfAHeldSegmentOnce() {
    TestEngine.inline(LineAgents.passing())
        .open(
            REPORTED
                + """
                c> W. 4:6(2) ack 1 "a2"
                >s W. 4:4(0) ack 1
                c> . 6:8(2) ack 1 "b2"
                nothing
                """);
  }

  @Test
  @DisplayName("H-4 H-46 CWR of a deleted segment ends the ECE of the engine's ACKs")
  void answersAReportWithADeletedSegment() {
    TestEngine.inline("x", "")
        .open(
            REPORTED
                + """
                c> . 4:6(2) ack 1 "xx"
                >c E. 1:1(0) ack 6
                c> W. 6:8(2) ack 1 "xx"
                >s W. 4:4(0) ack 1
                >c . 1:1(0) ack 8
                c> . 8:10(2) ack 1 "xx"
                >c . 1:1(0) ack 10
                s> E. 1:1(0) ack 4
                >c E. 1:1(0) ack 10
                c> W. 10:12(2) ack 1 "xx"
                >s W. 4:4(0) ack 1
                >c . 1:1(0) ack 12
                """);
  }

  @Test
  @DisplayName("H-4 CWR of a withheld segment is no news to an end that reported no mark since")
  void withholdsACwrThatAnswersNothing() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> W. 1:3(2) ack 1 "a1"
            nothing
            """);
    TestEngine.inline(LineAgents.passing())
        .open(
            REPORTED
                + """
                c> W. 4:6(2) ack 1 "a2"
                >s W. 4:4(0) ack 1
                c> W. 6:8(2) ack 1 "b2"
                nothing
                s> E. 1:1(0) ack 4
                >c E. 1:1(0) ack 4
                c> W. 8:10(2) ack 1 "c2"
                >s W. 4:4(0) ack 1
                """);
  }

  @Test
  @DisplayName("H-6 ECE that an end says no more is no news to the other one, ECE anew is")
  void absorbsTheEndOfAReport() {
    TestEngine.inline("x", "y".repeat(3_000))
        .run(
            Opening.PLAIN
                + """
                c> . 1:2(1) ack 1 "x"
                >s . 1:537(536) ack 1
                >s . 537:1073(536) ack 1
                >s . 1073:1609(536) ack 1
                >s . 1609:2145(536) ack 1
                >s . 2145:2681(536) ack 1
                >s . 2681:3001(320) ack 1
                s> E. 1:1(0) ack 537 win 64999
                >c E. 1:1(0) ack 1 win 65535
                s> E. 1:1(0) ack 1073 win 64463
                s> . 1:1(0) ack 1609 win 63927
                nothing
                s> E. 1:1(0) ack 2145 win 63391
                >c E. 1:1(0) ack 1 win 65535
                """);
  }

  @Test
  @DisplayName("H-4 with accurate ECN each change of the counter is news")
  void forwardsEachCounterOfAHeldSegment() {
    TestEngine.inline(LineAgents.passing())
        .run(
            """
            c> SEWA 0:0(0) <mss 1460>
            >s same
            s> SW. 0:0(0) ack 1 <mss 1460>
            >c same
            c> W. 1:1(0) ack 1
            >s same
            c> WA. 1:3(2) ack 1 "a1"
            >s WA. 1:1(0) ack 1
            c> WA. 3:5(2) ack 1 "b1"
            nothing
            c> EWA. 5:7(2) ack 1 "c1"
            >s EWA. 1:1(0) ack 1
            c> . 7:9(2) ack 1 "d1"
            >s . 1:1(0) ack 1
            """);
  }

  @Test
  @DisplayName("H-4 H-46 ECE of a segment that comes late is not what its end said last")
  void keepsTheNewestReport() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            s> . 1:5(4) ack 1 "abc\\n"
            >c same
            c> E. 3:5(2) ack 5 "c1"
            >s E. 1:1(0) ack 5
            >c . 5:5(0) ack 1 <sack 3:5>
            c> . 1:3(2) ack 1 "b1"
            nothing
            c> E. 5:7(2) ack 5 "d1"
            nothing
            at 0.100s
            >c . 5:5(0) ack 7
            s> . 5:7(2) ack 1 "xy"
            at 0.200s
            >s E. 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("H-4 H-46 so is a counter of accurate ECN with an older timestamp")
  void keepsTheNewestCounter() {
    TestEngine.inline(LineAgents.passing())
        .run(
            """
            c> SEWA 0:0(0) <mss 1460,TS 10/0>
            >s same
            s> SW. 0:0(0) ack 1 <mss 1460,TS 90/10>
            >c same
            c> W. 1:1(0) ack 1 <TS 11/90>
            >s same
            c> WA. 3:5(2) ack 1 <TS 13/90> "b1"
            >s WA. 1:1(0) ack 1
            >c EA. 1:1(0) ack 1
            c> EA. 1:3(2) ack 1 <TS 12/90> "a1"
            nothing
            s> W. 1:3(2) ack 1 <TS 91/12> "xy"
            >c W. 1:1(0) ack 1
            at 0.200s
            >c W. 1:1(0) ack 5
            >s WA. 1:1(0) ack 3
            """);
  }
}
