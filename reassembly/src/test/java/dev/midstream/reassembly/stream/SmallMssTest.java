package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A receiver that announces an MSS of one octet is served as if it announced 48. */
class SmallMssTest {
  private static final String SERVER = Opening.of("<mss 1460>", "win 1000 <mss 1>", "");
  private static final String CLIENT =
      Opening.of("<mss 1,sackOK>", "<mss 1460,sackOK>", "")
          + """
          s> . 1:1(0) ack 1
          >c same
          """;

  @Test
  @DisplayName("H-52 octets leave in pieces of 48")
  void sendsPiecesOf48() {
    LetterEdits.inline()
        .run(
            SERVER
                + """
                c> P. 1:41(40) ack 1 "a%s"
                >s . 1:49(48) ack 1
                >s . 49:97(48) ack 1
                >s P. 97:131(34) ack 1
                """
                    .formatted("x".repeat(10) + "b".repeat(29)));
  }

  @Test
  @DisplayName("H-52 H-44 options count: a piece with timestamps has 36 octets")
  void subtractsTheOptions() {
    LetterEdits.inline()
        .run(
            Opening.of("<mss 1460,TS 10/0>", "<mss 1,TS 90/10>", "<TS 11/90>")
                + """
                c> P. 1:7(6) ack 1 <TS 12/90> "xaxbxc"
                >s P. 1:34(33) ack 1 <TS 12/90>
                c> P. 7:15(8) ack 1 <TS 13/90> "xaxbxcxe"
                >s . 34:70(36) ack 1 <TS 13/90>
                >s P. 70:78(8) ack 1 <TS 13/90>
                """);
  }

  @Test
  @DisplayName("H-52 H-44 the options of a SYN do not count")
  void ignoresOptionsOfTheSyn() {
    TestEngine.inline(LineAgents.denying("D", "x".repeat(200)))
        .run(
            Opening.of("<mss 100,sackOK,TS 10/0>", "<mss 1460,sackOK,TS 90/10>", "<TS 11/90>")
                + """
                c> P. 1:4(3) ack 1 <TS 12/90> "D1\\n"
                >c . 1:89(88) ack 4 <TS 90/12>
                >c . 89:177(88) ack 4 <TS 90/12>
                >c P. 177:201(24) ack 4 <TS 90/12>
                """);
  }

  @Test
  @DisplayName("H-52 H-21 a reply starts with ten segments of 48 octets")
  void startsAReplyWithTenSegments() {
    StringBuilder script = new StringBuilder("c> P. 1:4(3) ack 1 \"D1\\n\"\n");
    for (int at = 1; at < 481; at += 48) {
      script.append(">c . %d:%d(48) ack 4%n".formatted(at, at + 48));
    }
    TestEngine.inline(LineAgents.denying("D", "x".repeat(1_000))).run(CLIENT + script);
  }

  @Test
  @DisplayName("H-52 octets are lost when more than two segments of 48 octets are reported above")
  void findsLossesByTwoSegments() {
    TestEngine.inline(LineAgents.denying("D", "x".repeat(240)))
        .run(
            CLIENT
                + """
                c> P. 1:4(3) ack 1 "D1\\n"
                >c . 1:49(48) ack 4
                >c . 49:97(48) ack 4
                >c . 97:145(48) ack 4
                >c . 145:193(48) ack 4
                >c P. 193:241(48) ack 4
                c> . 4:4(0) ack 1 <sack 49:145>
                nothing
                c> . 4:4(0) ack 1 <sack 49:146>
                >c P. 1:49(48) ack 4
                """);
  }

  @Test
  @DisplayName("H-52 H-29 a window that opens by less than 48 octets is not advertised")
  void doesNotAdvertiseASmallWindow() {
    LetterEdits.inline()
        .run(
            SERVER
                + """
                c> . 1:49(48) ack 1 "a%s"
                >s . 1:2(1) ack 1 "a"
                nothing
                c> . 49:50(1) ack 1 "d"
                >c . 1:1(0) ack 1 win 1048
                """
                    .formatted("d".repeat(47)));
  }

  @Test
  @DisplayName("H-52 H-49 without SACK a segment after a gap causes one duplicate ACK")
  void acknowledgesALargeSegmentOnce() {
    Engine engine =
        TestEngine.inline("x", "yy")
            .run(
                SERVER
                    + """
                    c> . 2:1001(999) ack 1
                    >c . 1:1(0) ack 1
                    at 5s
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.ACK_MADE)).isOne();
  }
}
