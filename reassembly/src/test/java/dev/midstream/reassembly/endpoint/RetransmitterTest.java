package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Retransmissions of octets that the engine acknowledged before the receiver. */
class RetransmitterTest {
  @Test
  @DisplayName("H-16 an insertion after the last octet is retransmitted by the engine")
  void retransmitsAnInsertionAfterTheLastOctet() {
    TestEngine.inline(trailing("!!"))
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s . 1:6(5) ack 1 "abc!!"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 4 win 65533
            at 1.0s
            >s P. 4:6(2) ack 1 "!!"
            s> . 1:1(0) ack 6 win 65533
            nothing
            at 90.0s
            nothing
            """);
  }

  @Test
  @DisplayName("H-19 the sender is reset when its held octets are never acknowledged")
  void resetsTheSenderOfADeadReceiver() {
    Engine engine =
        InCustody.held(
            """
            c> F. 5:5(0) ack 1
            >s F. 1:5(4) ack 1 "QUIT"
            """
                + InCustody.sentAt(
                    ">s P. 1:5(4) ack 1 \"QUIT\"",
                    "1.1s",
                    "3.1s",
                    "7.1s",
                    "15.1s",
                    "31.1s",
                    "63.1s",
                    "123.1s")
                + """
                at 183.099s
                nothing
                at 183.100s
                >s R. 1:1(0) ack 1
                >s R. 6:6(0) ack 1
                >c R. 1:1(0) ack 5
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("H-21 a long reply starts with ten segments and continues as it is acknowledged")
  void startsALongReplySlowly() {
    StringBuilder script = new StringBuilder(Opening.segments(536));
    script.append("s> . 1:4(3) ack 1 \"hi\\n\"\n>c same\n");
    script.append("c> . 1:6(5) ack 4 \"STAT\\n\"\n");
    script.append(">s . 1:1(0) ack 4\n");
    appendLeaving(script, 0, 10, 6);
    script.append("c> . 6:6(0) ack 1076\n");
    appendLeaving(script, 10, 14, 6);
    script.append("c> . 6:6(0) ack 1612\n");
    appendLeaving(script, 14, 16, 6);
    InCustody.denying("z".repeat(20_000) + "\n").run(script.toString());
  }

  @Test
  @DisplayName("H-21 after a probe and a timeout: one segment, then two for each ACK")
  void slowStartsAfterATimeout() {
    StringBuilder script = new StringBuilder(Opening.segments(536));
    script.append("s> . 1:4(3) ack 1 \"hi\\n\"\n>c same\nat 0.100s\n");
    script.append("c> . 1:6(5) ack 4 \"STAT\\n\"\n>s . 1:1(0) ack 4\n");
    appendLeaving(script, 0, 10, 6);
    script.append("at 0.299s\nnothing\nat 0.300s\n");
    appendRetransmitted(script, 0, 1);
    script.append("at 0.599s\nnothing\nat 0.600s\n");
    appendRetransmitted(script, 0, 1);
    script.append("c> . 6:6(0) ack 540\n");
    appendRetransmitted(script, 1, 3);
    script.append("c> . 6:6(0) ack 1076\n");
    appendRetransmitted(script, 3, 5);
    InCustody.denying("z".repeat(20_000) + "\n").run(script.toString());
  }

  @Test
  @DisplayName("H-21 retransmissions of the engine are not ECT")
  void retransmissionsAreNotEct() {
    InCustody.denying("no\n")
        .open(
            """
            s> . 1:3(2) ack 1 tos 2 "h\\n"
            >c . 1:3(2) ack 1 tos 2 "h\\n"
            c> . 1:6(5) ack 3 tos 2 "STAT\\n"
            >s . 1:1(0) ack 3
            >c P. 3:6(3) ack 6 tos 2 "no\\n"
            at 0.060s
            >c P. 3:6(3) ack 6 tos 0 "no\\n"
            """);
  }

  @Test
  @DisplayName("H-22 a reply larger than the window continues although the window update was lost")
  void probesTheWindowForAReply() {
    InCustody.denying("0123456789\n")
        .open(
            """
            c> . 1:6(5) ack 1 win 4 "STAT\\n"
            >c . 1:5(4) ack 6 "0123"
            c> . 6:6(0) ack 5 win 0
            at 0.199s
            nothing
            at 0.200s
            >c . 4:4(0) ack 6
            c> . 6:6(0) ack 5 win 4
            >c . 5:9(4) ack 6 "4567"
            """);
  }

  @Test
  @DisplayName("H-22 what leaves once the window opens is not retransmitted for the same segment")
  void sendsNothingTwiceWhenTheWindowOpens() {
    InCustody.denying("502 no\n")
        .open(
            """
            c> P. 1:6(5) ack 1 win 0 "STAT\\n"
            >c . 1:1(0) ack 6
            at 1s
            >c . 0:0(0) ack 6
            at 3s
            >c . 0:0(0) ack 6
            at 6s
            c> . 6:6(0) ack 1 win 65535
            >c P. 1:8(7) ack 6 "502 no\\n"
            nothing
            """);
  }

  @Test
  @DisplayName("H-22 RFC 8985 after a window probe the first expiry is no timeout")
  void probesTheTailAfterAWindowProbe() {
    InCustody.denying("502 no\n")
        .run(
            """
            c> S 0:0(0) <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 <mss 1460>
            >c same
            at 0.040s
            c> . 1:1(0) ack 1
            >s same
            at 0.100s
            c> P. 1:6(5) ack 1 win 0 "STAT\\n"
            >c . 1:1(0) ack 6
            at 0.300s
            >c . 0:0(0) ack 6
            at 0.340s
            c> . 6:6(0) ack 1 win 65535
            >c P. 1:8(7) ack 6 "502 no\\n"
            at 0.470s
            >c P. 1:8(7) ack 6 "502 no\\n"
            at 0.669s
            nothing
            at 0.670s
            >c P. 1:8(7) ack 6 "502 no\\n"
            """);
  }

  @Test
  @DisplayName("RFC 8985 where one full segment is in flight, its probe leaves 50 ms later")
  void waitsForTheDelayedAckOfASingleSegment() {
    InCustody.denying("x".repeat(47) + "\n")
        .run(
            Opening.segments(48)
                + """
                c> P. 1:6(5) ack 1 "STAT\\n"
                >c P. 1:49(48) ack 6
                c> . 6:6(0) ack 49
                c> P. 6:11(5) ack 49 "STAT\\n"
                >c P. 49:97(48) ack 11
                at 0.059s
                nothing
                at 0.060s
                >c P. 49:97(48) ack 11
                """);
  }

  @Test
  @DisplayName("H-16 octets after the owned ones are their sender's to retransmit")
  void retransmitsNothingAfterOwnedOctets() {
    TestEngine.inline(LineAgents.passing())
        .open(
            InCustody.OWNED
                + """
                at 1.1s
                >s P. 1:5(4) ack 1 "QUIT"
                s> . 1:1(0) ack 4
                >c . 1:1(0) ack 5 win 65534
                """);
  }

  private static void appendLeaving(StringBuilder script, int from, int to, int ack) {
    for (int i = from; i < to; i++) {
      int start = 4 + 536 * i;
      script.append(">c . %d:%d(536) ack %d\n".formatted(start, start + 536, ack));
    }
  }

  private static void appendRetransmitted(StringBuilder script, int from, int to) {
    for (int i = from; i < to; i++) {
      int start = 4 + 536 * i;
      script.append(">c P. %d:%d(536) ack 6\n".formatted(start, start + 536));
    }
  }

  private static LambdaAgent trailing(String trailer) {
    return LambdaAgent.onClient((view, out) -> {
      SimpleAgents.pass(view, out);
      if (!view.endOfStream()) {
        out.replace(0, Octets.ofText(trailer));
      }
    });
  }

  @Test
  @DisplayName("law 11 octets in custody released by the hold time are retransmitted when lost")
  void retransmitsOctetsReleasedByTheHoldTime() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1:4(3) ack 1 "Hel"
            at 0.2s
            >c . 1:1(0) ack 4
            at 1.1s
            >s . 1:4(3) ack 1 "Hel"
            at 2.5s
            >s P. 1:4(3) ack 1 "Hel"
            """);
  }

  @Test
  @DisplayName("H-3 law 11 vouched octets that the receiver reneged on are retransmitted")
  void retransmitsAfterReneging() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:5(4) ack 1 "abc\\n"
            >s same
            s> . 1:1(0) ack 5
            >c same
            c> . 5:9(4) ack 1 "abcd"
            at 1s
            >c . 1:1(0) ack 9
            c> . 9:12(3) ack 1 "ef\\n"
            >s . 5:12(7) ack 1 "abcdef\\n"
            s> . 1:1(0) ack 5 <sack 8:12>
            >c . 1:1(0) ack 12
            s> . 1:1(0) ack 8
            >c . 1:1(0) ack 12 win 65531
            at 1.25s
            >s P. 8:12(4) ack 1 "def\\n"
            s> . 1:1(0) ack 12
            >c . 1:1(0) ack 12
            """);
  }

  @Test
  @DisplayName("H-3 law 11 a late report of what the receiver reneged on stops no retransmission")
  void ignoresAReportAtTheAcknowledgement() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:5(4) ack 1 "abcd"
            at 1s
            >c . 1:1(0) ack 5
            c> . 5:8(3) ack 1 "ef\\n"
            >s . 1:8(7) ack 1 "abcdef\\n"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 5 win 65534
            s> . 1:1(0) ack 1 <sack 4:5>
            at 2s
            >s P. 4:5(1) ack 1 "d"
            """);
  }

  @Test
  @DisplayName("H-16 law 11 an edit that starts at the advertised edge is retransmitted on a probe")
  void retransmitsAnEditAtTheAdvertisedEdge() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (view.length() == 40) {
                out.pass(10);
                out.replace(30, Octets.ofText("x".repeat(50)));
              }
            }))
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S. 0:0(0) ack 1 win 10 <mss 1460>
            >c same
            c> . 1:41(40) ack 1 win 65535
            >s . 1:11(10) ack 1
            s> . 1:1(0) ack 11 win 20
            >c . 1:1(0) ack 11 win 0
            >s . 11:31(20) ack 1
            at 3s
            c> . 11:12(1) ack 1
            >s . 11:31(20) ack 1
            >c . 1:1(0) ack 11 win 0
            s> . 1:1(0) ack 31 win 100
            >c . 1:1(0) ack 11 win 100
            >s . 31:61(30) ack 1
            s> . 1:1(0) ack 61 win 100
            >c . 1:1(0) ack 41 win 100
            """);
  }

  @Test
  @DisplayName("H-25 H-16 an insertion at the end is retransmitted by the engine")
  void retransmitsAnInsertionAtTheEnd() {
    LetterEdits.inline()
        .open(
            """
            c> P. 1:3(2) ack 1 "a+"
            >s P. 1:8(7) ack 1 "aPLUS!!"
            s> . 1:1(0) ack 6 win 65530
            >c . 1:1(0) ack 3
            at 1.1s
            >s P. 6:8(2) ack 1 "!!"
            s> . 1:1(0) ack 8 win 65528
            at 60s
            nothing
            """);
  }

  @Test
  @DisplayName(
      "RFC 2018 a retransmission of the engine carries no SACK blocks of an earlier segment")
  void retransmitsWithoutSackBlocks() {
    InCustody.denying("no\n")
        .open(
            """
            c> . 1:6(5) ack 1 "aaaa\\n"
            >s same
            c> . 6:11(5) ack 1 "bbbb\\n"
            >s same
            s> . 1:1(0) ack 1 <sack 6:11>
            >c same
            c> P. 11:16(5) ack 1 "STAT\\n"
            >c P. 1:4(3) ack 1 "no\\n"
            >c . 4:4(0) ack 1 <sack 6:16>
            at 1s
            >c P. 1:4(3) ack 1 <nop> "no\\n"
            """);
  }
}
