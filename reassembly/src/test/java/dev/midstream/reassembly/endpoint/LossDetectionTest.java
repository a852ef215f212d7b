package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** When octets that the engine must retransmit count as lost before their timer expires. */
class LossDetectionTest {
  /** With SACK and an MSS of 48 octets. */
  private static final String SMALL_SEGMENTS = Opening.of("<mss 48,sackOK>", "<mss 48,sackOK>", "");

  /** Eight replies of three octets each are in flight to the client. */
  private static final String EIGHT_REPLIES = TestEngine.OPEN + replies(8);

  /** One reply of ten segments is in flight to the client. */
  private static final String TEN_SEGMENTS = reply(10);

  private static String replies(int count) {
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int from = 1 + 5 * i;
      int at = 1 + 3 * i;
      script.append("c> P. %d:%d(5) ack 1 \"STAT\\n\"%n".formatted(from, from + 5));
      script.append(">c P. %d:%d(3) ack %d \"no\\n\"%n".formatted(at, at + 3, from + 5));
    }
    return script.toString();
  }

  private static String reply(int segments) {
    StringBuilder script = new StringBuilder("c> P. 1:6(5) ack 1 \"STAT\\n\"\n");
    for (int i = 0; i < segments; i++) {
      int at = 1 + 48 * i;
      String flags = i == segments - 1 ? "P." : ".";
      script.append(">c %s %d:%d(48) ack 6%n".formatted(flags, at, at + 48));
    }
    return script.toString();
  }

  private static TestEngine denying() {
    return InCustody.denying("no\n");
  }

  private static TestEngine replyingTenSegments() {
    return InCustody.denying("x".repeat(479) + "\n");
  }

  @Test
  @DisplayName("H-3 vouched octets are retransmitted once three segments above are reported")
  void retransmitsVouchedOctetsAfterThreeSegments() {
    TestEngine.inline(SimpleAgents.passing())
        .open(
            """
            c> . 1:11(10) ack 1
            >s same
            s> . 1:1(0) ack 11
            >c same
            c> . 21:31(10) ack 1
            >c . 1:1(0) ack 11 <sack 21:31>
            c> . 11:21(10) ack 1
            >s . 11:31(20) ack 1
            c> . 31:41(10) ack 1
            >s same
            c> . 41:51(10) ack 1
            >s same
            c> . 51:61(10) ack 1
            >s same
            s> . 1:1(0) ack 11 <sack 31:41>
            >c . 1:1(0) ack 11 <sack 31:41>
            s> . 1:1(0) ack 11 <sack 31:51>
            >c . 1:1(0) ack 11 <sack 31:51>
            s> . 1:1(0) ack 11 <sack 31:61>
            >c . 1:1(0) ack 11 <sack 31:61>
            >s P. 21:31(10) ack 1
            """);
  }

  @Test
  @DisplayName("RFC 6675 three reported segments above a hole show its loss, two do not")
  void countsTheSegmentsAboveEachHole() {
    denying()
        .run(
            EIGHT_REPLIES
                + """
                c> . 41:41(0) ack 1 <sack 4:7>
                c> . 41:41(0) ack 1 <sack 4:10>
                nothing
                c> . 41:41(0) ack 1 <sack 13:16 4:10>
                >c P. 1:4(3) ack 41 "no\\n"
                c> . 41:41(0) ack 1 <sack 13:19 4:10>
                c> . 41:41(0) ack 1 <sack 13:19 4:10>
                nothing
                c> . 41:41(0) ack 1 <sack 13:22 4:10>
                >c P. 10:13(3) ack 41 "no\\n"
                c> . 41:41(0) ack 1 <sack 13:25 4:10>
                nothing
                """);
  }

  @Test
  @DisplayName("RFC 6675 more octets than two segments above a hole show its loss")
  void countsTheOctetsAboveAHole() {
    replyingTenSegments()
        .run(
            SMALL_SEGMENTS
                + TEN_SEGMENTS
                + """
                c> . 6:6(0) ack 1 <sack 49:145>
                nothing
                c> . 6:6(0) ack 1 <sack 49:146>
                >c P. 1:49(48) ack 6
                """);
  }

  @Test
  @DisplayName("RFC 6675 of three lost segments two are retransmitted at once, the third later")
  void retransmitsTwoSegmentsForOneReport() {
    replyingTenSegments()
        .run(
            SMALL_SEGMENTS
                + TEN_SEGMENTS
                + """
                c> . 6:6(0) ack 1 <sack 145:337>
                >c P. 1:49(48) ack 6
                >c P. 49:97(48) ack 6
                c> . 6:6(0) ack 1 <sack 145:385>
                >c P. 97:145(48) ack 6
                """);
  }

  @Test
  @DisplayName("RFC 5681 three duplicate ACKs show a loss, once")
  void countsDuplicateAcks() {
    Engine engine =
        denying()
            .run(
                Opening.PLAIN
                    + replies(8)
                    + """
                    c> . 41:41(0) ack 1
                    c> . 41:41(0) ack 1
                    nothing
                    c> . 41:41(0) ack 1
                    >c P. 1:25(24) ack 41
                    c> . 41:41(0) ack 1
                    c> . 41:41(0) ack 1
                    c> . 41:41(0) ack 1
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isOne();
  }

  @Test
  @DisplayName("RFC 6298 the timer starts again when the first segment in flight is retransmitted")
  void startsTheTimerAgainAfterALoss() {
    denying()
        .run(
            Opening.PLAIN
                + replies(8)
                + """
                at 0.999s
                c> . 41:41(0) ack 1
                c> . 41:41(0) ack 1
                c> . 41:41(0) ack 1
                >c P. 1:25(24) ack 41
                at 1.998s
                nothing
                at 1.999s
                >c P. 1:25(24) ack 41
                """);
  }

  @Test
  @DisplayName("RFC 6582 in recovery a partial ACK shows the next loss")
  void retransmitsAfterAPartialAck() {
    replyingTenSegments()
        .run(
            Opening.segments(48)
                + TEN_SEGMENTS
                + """
                c> . 6:6(0) ack 1
                c> . 6:6(0) ack 1
                c> . 6:6(0) ack 1
                >c P. 1:49(48) ack 6
                c> . 6:6(0) ack 193
                >c P. 193:241(48) ack 6
                c> . 6:6(0) ack 193
                c> . 6:6(0) ack 193
                c> . 6:6(0) ack 193
                nothing
                c> . 6:6(0) ack 481
                at 99s
                nothing
                """);
  }

  @Test
  @DisplayName("H-21 RFC 6582 a partial ACK after a timeout retransmits no segment twice")
  void retransmitsOnceForAPartialAckAfterATimeout() {
    replyingTenSegments()
        .run(
            Opening.segments(48)
                + TEN_SEGMENTS
                + """
                at 1s
                >c P. 1:49(48) ack 6
                c> . 6:6(0) ack 1
                c> . 6:6(0) ack 1
                c> . 6:6(0) ack 1
                c> . 6:6(0) ack 1
                >c P. 1:49(48) ack 6
                c> . 6:6(0) ack 49
                >c P. 49:97(48) ack 6
                >c P. 97:145(48) ack 6
                nothing
                """);
  }

  @Test
  @DisplayName("RFC 2018 after a timeout the reports are forgotten")
  void forgetsReportsAtATimeout() {
    replyingTenSegments()
        .run(
            SMALL_SEGMENTS
                + TEN_SEGMENTS
                + """
                c> . 6:6(0) ack 1 <sack 97:145>
                at 1s
                >c P. 1:49(48) ack 6
                c> . 6:6(0) ack 49
                >c P. 49:97(48) ack 6
                >c P. 97:145(48) ack 6
                """);
  }

  @Test
  @DisplayName("RFC 8985 after a probe only what was in flight then is retransmitted")
  void retransmitsNothingSentAfterTheProbe() {
    InCustody.denying("x".repeat(95) + "\n")
        .run(
            SMALL_SEGMENTS
                + """
                c> P. 1:6(5) ack 1 "STAT\\n"
                >c . 1:49(48) ack 6
                >c P. 49:97(48) ack 6
                c> . 6:6(0) ack 97
                c> P. 6:11(5) ack 97 "STAT\\n"
                >c . 97:145(48) ack 11
                >c P. 145:193(48) ack 11
                at 0.010s
                >c P. 97:145(48) ack 11
                c> P. 11:16(5) ack 97 "STAT\\n"
                >c . 193:241(48) ack 16
                >c P. 241:289(48) ack 16
                c> . 16:16(0) ack 145
                >c P. 145:193(48) ack 16
                c> . 16:16(0) ack 193
                nothing
                """);
  }

  @Test
  @DisplayName("RFC 9293 of a window that shrank before the first octet the first is retransmitted")
  void retransmitsFirstSegmentOfShrunkWindow() {
    replyingTenSegments()
        .run(
            Opening.segments(48)
                + TEN_SEGMENTS
                + """
                c> . 6:6(0) ack 1 win 48
                at 1s
                >c P. 1:49(48) ack 6
                """);
  }

  @Test
  @DisplayName("RFC 9293 nothing is retransmitted beyond a window that shrank")
  void retransmitsNothingBeyondAShrunkWindow() {
    replyingTenSegments()
        .run(
            Opening.segments(48)
                + TEN_SEGMENTS
                + """
                at 1s
                >c P. 1:49(48) ack 6
                c> . 6:6(0) ack 49 win 48
                >c P. 49:97(48) ack 6
                c> . 6:6(0) ack 97 win 96
                >c P. 97:145(48) ack 6
                >c P. 145:193(48) ack 6
                """);
  }

  @Test
  @DisplayName("RFC 9293 a retransmitted segment is cut at the edge of a window that shrank")
  void cutsASegmentAtTheEdgeOfAShrunkWindow() {
    replyingTenSegments()
        .run(
            Opening.segments(48)
                + TEN_SEGMENTS
                + """
                at 1s
                >c P. 1:49(48) ack 6
                c> . 6:6(0) ack 49 win 70
                >c P. 49:97(48) ack 6
                >c P. 97:119(22) ack 6
                """);
  }
}
