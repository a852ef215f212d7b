package dev.midstream.reassembly.answer;

import dev.midstream.reassembly.script.Lines;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the acknowledgements say that the engine makes. */
class SelfMadeAcknowledgementTest {
  /** An opening with time stamps; the round trip behind the engine is unknown. */
  private static final String STAMPED =
      Opening.of(
          "win 65535 <mss 1460,sackOK,TS 10/0>",
          "win 65535 <mss 1460,sackOK,TS 500/10>",
          "win 65535 <TS 11/500>");

  @Test
  @DisplayName("ACK-1: it has the number the end would send next, what is shown, no octet, no PSH")
  void standsWhereItsEndStands() {
    TestEngine.inline(Rules.replace("cat", "mouse").withoutFlush())
        .open(
            """
            s> P. 1:8(7) ack 1 "cat dog"
            >c P. 1:10(9) ack 1 "mouse dog"
            c> P. 1:3(2) ack 10 "ca"
            >s . 1:1(0) ack 8
            at 0.100s
            >c . 10:10(0) ack 3
            """);
  }

  @Test
  @DisplayName("ACK-1: TTL and DSCP are those of the end in whose name it speaks")
  void looksLikeItsEnd() {
    TestEngine.inline(Lines.passed())
        .open(
            """
            s> . 1:3(2) ack 1 ttl 57 tos 40 "x\\n"
            >c . 1:3(2) ack 1 ttl 57 tos 40 "x\\n"
            c> . 1:3(2) ack 3 ttl 64 tos 0 "QU"
            >s . 1:1(0) ack 3
            at 0.100s
            >c . 3:3(0) ack 3 ttl 57 tos 40
            """);
  }

  @Test
  @DisplayName("ACK-1 H-46: it repeats the ECE its end sent last")
  void repeatsEce() {
    TestEngine.inline(Lines.passed())
        .open(
            """
            s> E. 1:1(0) ack 1
            >c E. 1:1(0) ack 1
            c> . 1:3(2) ack 1 "QU"
            at 0.100s
            >c E. 1:1(0) ack 3
            s> . 1:1(0) ack 1
            >c . 1:1(0) ack 3
            c> . 3:5(2) ack 1 "IT"
            at 0.200s
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName("ACK-1: duplicates have the window of what was shown last, whatever is kept by now")
  void keepsTheWindowBetweenDuplicates() {
    TestEngine.inline(Rules.passing())
        .run(
            Opening.PLAIN
                + """
                c> . 101:201(100) ack 1
                >c . 1:1(0) ack 1 win 65535
                c> . 201:301(100) ack 1
                >c . 1:1(0) ack 1 win 65535
                c> . 301:401(100) ack 1
                >c . 1:1(0) ack 1 win 65535
                """);
  }

  @Test
  @DisplayName("ACK-2: a duplicate repeats the TSecr of the last segment in order, not its cause's")
  void repeatsTheOldEcho() {
    TestEngine.inline(Rules.passing())
        .run(
            STAMPED
                + """
                c> . 1:11(10) ack 1 <TS 20/500>
                >s . 1:11(10) ack 1
                s> . 1:1(0) ack 11 <TS 510/20>
                >c . 1:1(0) ack 11 <TS 510/20>
                c> . 21:31(10) ack 1 <TS 30/510>
                >c . 1:1(0) ack 11 <TS 510/20,sack 21:31>
                c> . 31:41(10) ack 1 <TS 31/510>
                >c . 1:1(0) ack 11 <TS 510/20,sack 21:41>
                """);
  }

  @Test
  @DisplayName("ACK-2 H-17: a custody acknowledgement echoes the segment that holds the edge shown")
  void echoesTheSegmentAtTheEdge() {
    TestEngine.inline(Lines.passed())
        .run(
            STAMPED
                + """
                c> . 1:3(2) ack 1 <TS 20/500> "QU"
                c> . 3:5(2) ack 1 <TS 25/500> "IT"
                at 0.100s
                >c . 1:1(0) ack 5 <TS 500/20>
                c> . 5:7(2) ack 1 <TS 40/500> "xx"
                at 0.200s
                >c . 1:1(0) ack 7 <TS 500/40>
                """);
  }

  @Test
  @DisplayName("ACK-2: without time stamps in the opening there are none")
  void hasNoTimestampsIfNoneWereAgreed() {
    TestEngine.inline(Lines.passed())
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            at 0.100s
            >c . 1:1(0) ack 5 <>
            """);
  }

  @Test
  @DisplayName("ACK-3: without SACK in both SYNs duplicates have no blocks")
  void hasNoBlocksIfNoneWereAgreed() {
    TestEngine.inline(Rules.passing())
        .run(
            Opening.PLAIN
                + """
                c> . 11:21(10) ack 1
                >c . 1:1(0) ack 1 <>
                """);
  }

  @Test
  @DisplayName("ACK-3: the block of the cause first, then others by recency; at most four")
  void ordersBlocksByRecency() {
    TestEngine.inline(Rules.passing())
        .open(
            """
            c> . 11:21(10) ack 1
            >c . 1:1(0) ack 1 <sack 11:21>
            c> . 71:81(10) ack 1
            >c . 1:1(0) ack 1 <sack 71:81 11:21>
            c> . 31:41(10) ack 1
            >c . 1:1(0) ack 1 <sack 31:41 71:81 11:21>
            c> . 51:61(10) ack 1
            >c . 1:1(0) ack 1 <sack 51:61 31:41 71:81 11:21>
            c> . 91:101(10) ack 1
            >c . 1:1(0) ack 1 <sack 91:101 51:61 31:41 71:81>
            c> . 21:31(10) ack 1
            >c . 1:1(0) ack 1 <sack 11:41 91:101 51:61 71:81>
            """);
  }

  @Test
  @DisplayName("ACK-3: at most three blocks beside time stamps")
  void hasThreeBlocksBesideTimestamps() {
    TestEngine.inline(Rules.passing())
        .run(
            STAMPED
                + """
                c> . 11:21(10) ack 1 <TS 20/500>
                >c . 1:1(0) ack 1 <TS 500/11,sack 11:21>
                c> . 31:41(10) ack 1 <TS 20/500>
                >c . 1:1(0) ack 1 <TS 500/11,sack 31:41 11:21>
                c> . 51:61(10) ack 1 <TS 20/500>
                >c . 1:1(0) ack 1 <TS 500/11,sack 51:61 31:41 11:21>
                c> . 71:81(10) ack 1 <TS 20/500>
                >c . 1:1(0) ack 1 <TS 500/11,sack 71:81 51:61 31:41>
                """);
  }

  @Test
  @DisplayName(
      "ACK-3: a D-SACK stands first, then what is vouched, then what the receiver reported")
  void putsADsackFirst() {
    TestEngine.inline(Rules.passing())
        .open(
            """
            c> . 1:11(10) ack 1
            >s . 1:11(10) ack 1
            c> . 11:21(10) ack 1
            >s . 11:21(10) ack 1
            c> . 21:31(10) ack 1
            >s . 21:31(10) ack 1
            s> . 1:1(0) ack 11
            >c . 1:1(0) ack 11
            s> . 1:1(0) ack 11 <sack 21:31>
            >c . 1:1(0) ack 11 <sack 21:31>
            c> . 41:51(10) ack 1
            >c . 1:1(0) ack 11 <sack 41:51 21:31>
            c> . 1:11(10) ack 1
            >c . 1:1(0) ack 11 <sack 1:11 41:51 21:31>
            """);
  }

  @Test
  @DisplayName("ACK-3: the receiver's own acknowledgements pass with its own blocks only")
  void mergesNoBlocks() {
    TestEngine.inline(Rules.passing())
        .open(
            """
            c> . 1:11(10) ack 1
            >s . 1:11(10) ack 1
            c> . 11:21(10) ack 1
            >s . 11:21(10) ack 1
            c> . 31:41(10) ack 1
            s> . 1:1(0) ack 1 <sack 11:21>
            >c . 1:1(0) ack 1 <sack 11:21>
            >c . 1:1(0) ack 1 <sack 31:41 11:21>
            s> . 1:1(0) ack 1 <sack 11:21>
            >c . 1:1(0) ack 1 <sack 11:21>
            """);
  }

  @Test
  @DisplayName("ACK-6: what the receiver acknowledges below what is shown is raised to that")
  void raisesWhatIsBelowWhatIsShown() {
    TestEngine.inline(Lines.passed())
        .open(
            """
            c> . 1:4(3) ack 1 "a1\\n"
            >s . 1:4(3) ack 1 "a1\\n"
            c> . 4:6(2) ack 1 "a2"
            at 0.100s
            >c . 1:1(0) ack 6
            s> . 1:4(3) ack 4 "ok\\n"
            >c . 1:4(3) ack 6 "ok\\n"
            s> . 4:7(3) ack 1 "ok\\n"
            >c . 4:7(3) ack 6 "ok\\n"
            c> . 6:7(1) ack 7 "\\n"
            >s . 4:7(3) ack 7 "a2\\n"
            s> . 7:7(0) ack 7
            >c . 7:7(0) ack 7
            """);
  }
}
