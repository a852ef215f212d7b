package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Headers and options of the engine's own acknowledgements. */
class OwnAckTest {
  /** An opening with timestamps, and no known round-trip time to the server. */
  private static final String STAMPED =
      Opening.of(
          "win 65535 <mss 1460,sackOK,TS 10/0>",
          "win 65535 <mss 1460,sackOK,TS 500/10>",
          "win 65535 <TS 11/500>");

  @Test
  @DisplayName("ACK-1: next sequence number of its endpoint, advertised ACK, no octets, no PSH")
  void hasTheNextSequenceNumber() {
    TestEngine.inline(SimpleAgents.replacing("cat", "mouse").withoutFlush())
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
  @DisplayName("ACK-1: TTL and DSCP are those of its endpoint")
  void hasTtlAndDscpOfItsEndpoint() {
    TestEngine.inline(LineAgents.passing())
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
  @DisplayName("ACK-1 H-41: TTL is the normal one of its endpoint, not that of the last segment")
  void hasNormalTtl() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            s> . 1:3(2) ack 1 ttl 57 "x\\n"
            >c same
            s> . 3:5(2) ack 1 ttl 64 "y\\n"
            >c . 3:5(2) ack 1 ttl 57 "y\\n"
            c> . 1:3(2) ack 5 ttl 64 "QU"
            >s . 1:1(0) ack 5
            at 0.100s
            >c . 5:5(0) ack 3 ttl 57
            """);
  }

  @Test
  @DisplayName("ACK-1 H-46: ECE is the latest of its endpoint")
  void hasTheLatestEce() {
    TestEngine.inline(LineAgents.passing())
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
  @DisplayName("ACK-1 H-46: ECE of a SYN-ACK negotiates ECN, and reports no mark")
  void takesNoEceFromASynAck() {
    TestEngine.inline(LineAgents.passing())
        .run(
            """
            c> SEW 0:0(0) <mss 1460>
            >s same
            s> SE. 0:0(0) ack 1 <mss 1460>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> . 1:3(2) ack 1 "QU"
            at 0.100s
            >c . 1:1(0) ack 3
            s> SE. 0:0(0) ack 1 <mss 1460>
            >c SE. 0:0(0) ack 3 win 65533
            c> . 3:5(2) ack 1 "IT"
            >s . 1:1(0) ack 1
            at 0.200s
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName("ACK-1 H-46: with accurate ECN the counter of an end begins with 5")
  void beginsTheAccurateCounterWithFive() {
    TestEngine.inline(LineAgents.passing())
        .run(
            """
            c> SEWA 0:0(0) <mss 1460>
            >s same
            s> SW. 0:0(0) ack 1 <mss 1460>
            >c same
            c> W. 1:1(0) ack 1
            >s same
            c> EA. 1:3(2) ack 1 "QU"
            at 0.100s
            >c EA. 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("ACK-1: duplicate ACKs keep the advertised window, whatever is stored meanwhile")
  void duplicatesHaveTheSameWindow() {
    TestEngine.inline(SimpleAgents.passing())
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
  @DisplayName("ACK-2: a duplicate ACK echoes the timestamp of the last segment in order")
  void echoesTheLastSegmentInOrder() {
    TestEngine.inline(SimpleAgents.passing())
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
  @DisplayName("ACK-2 H-17: a custody ACK echoes the segment at the advertised edge")
  void echoesTheSegmentAtTheCustodyEdge() {
    TestEngine.inline(LineAgents.passing())
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
  @DisplayName("ACK-2: no timestamps unless they were negotiated")
  void hasNoTimestampsWithoutNegotiation() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:5(4) ack 1 "QUIT"
            at 0.100s
            >c . 1:1(0) ack 5 <>
            """);
  }

  @Test
  @DisplayName("ACK-3: no SACK blocks unless both SYNs permitted SACK")
  void hasNoSackWithoutNegotiation() {
    TestEngine.inline(SimpleAgents.passing())
        .run(
            Opening.PLAIN
                + """
                c> . 11:21(10) ack 1
                >c . 1:1(0) ack 1 <>
                """);
  }

  @Test
  @DisplayName("ACK-3: the block of the latest segment first, then by recency; at most four")
  void ordersSackBlocksByRecency() {
    TestEngine.inline(SimpleAgents.passing())
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
  @DisplayName("ACK-3: at most three blocks with timestamps")
  void hasThreeSackBlocksWithTimestamps() {
    TestEngine.inline(SimpleAgents.passing())
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
  @DisplayName("ACK-3: D-SACK first, then vouched blocks, then blocks of the receiver")
  void putsADsackFirst() {
    TestEngine.inline(SimpleAgents.passing())
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
  @DisplayName("ACK-3: vouched octets beside those that the receiver reported are one block")
  void joinsVouchedAndReportedOctets() {
    TestEngine.inline(SimpleAgents.passing())
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
            c> . 21:31(10) ack 1
            >s . 21:41(20) ack 1
            s> . 1:1(0) ack 1 <sack 11:41>
            >c . 1:1(0) ack 1 <sack 11:41>
            c> . 51:61(10) ack 1
            >c . 1:1(0) ack 1 <sack 51:61 11:41>
            """);
  }

  @Test
  @DisplayName("ACK-3: forwarded ACKs of the receiver carry only its own blocks")
  void forwardsTheBlocksOfTheReceiverOnly() {
    TestEngine.inline(SimpleAgents.passing())
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
  @DisplayName("ACK-6: an ACK of the receiver below the advertised one is raised to it")
  void raisesForwardedAcks() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:4(3) ack 1 "a1\\n"
            >s . 1:4(3) ack 1 "a1\\n"
            c> . 4:6(2) ack 1 "a2"
            at 0.100s
            >c . 1:1(0) ack 6
            s> . 1:4(3) ack 4 "ok\\n"
            >c . 1:4(3) ack 6 win 65533 "ok\\n"
            s> . 4:7(3) ack 1 "ok\\n"
            >c . 4:7(3) ack 6 "ok\\n"
            c> . 6:7(1) ack 7 "\\n"
            >s . 4:7(3) ack 7 "a2\\n"
            s> . 7:7(0) ack 7
            >c . 7:7(0) ack 7
            """);
  }

  @Test
  @DisplayName("ACK-3 vouched octets are reported after more recent ones were acknowledged")
  void reportsOctetsThatWereVouchedLongAgo() {
    StringBuilder recent = new StringBuilder();
    for (int end = 72; end <= 80; end++) {
      recent.append("c> . %d:%d(1) ack 1%n".formatted(end - 1, end));
      recent.append(">c . 1:1(0) ack 11 <sack 71:%d 91:101>%n".formatted(end));
    }
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            c> . 1:11(10) ack 1
            >s same
            s> . 1:1(0) ack 11
            >c same
            c> . 91:101(10) ack 1
            >c . 1:1(0) ack 11 <sack 91:101>
            """
                + recent
                + """
                c> . 11:71(60) ack 1
                >s . 11:80(69) ack 1
                s> . 1:1(0) ack 80
                >c . 1:1(0) ack 80
                c> . 1:11(10) ack 1
                >c . 1:1(0) ack 80 <sack 1:11 91:101>
                """);
  }
}
