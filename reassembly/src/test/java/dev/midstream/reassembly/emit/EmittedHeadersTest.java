package dev.midstream.reassembly.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers and sizes of segments that the engine changes. */
class EmittedHeadersTest {
  private static TestEngine growing(int bytes) {
    return TestEngine.inline("cat", "x".repeat(bytes));
  }

  @Test
  @DisplayName("H-44 segments grow to the largest size acknowledged, not to the largest size seen")
  void segmentsGrowToTheAcknowledgedSize() {
    growing(1_400)
        .open(
            """
            c> . 1:1001(1000) ack 1
            >s same
            c> . 1001:1004(3) ack 1 "cat"
            >s . 1001:1537(536) ack 1
            >s . 1537:2073(536) ack 1
            >s . 2073:2401(328) ack 1
            s> . 1:1(0) ack 2401
            >c . 1:1(0) ack 1004
            c> . 1004:1007(3) ack 1 "cat"
            >s . 2401:3401(1000) ack 1
            >s . 3401:3801(400) ack 1
            """);
  }

  @Test
  @DisplayName("H-23 a probe in place of pushed octets is not pushed")
  void pushesNoProbe() {
    TestEngine.inline("x", "0123456789")
        .run(
            Opening.window(10)
                + """
                c> . 1:3(2) ack 1 "xx"
                >s . 1:11(10) ack 1
                s> . 1:1(0) ack 11 win 0
                >c . 1:1(0) ack 2
                at 1s
                c> P. 2:3(1) ack 1 "x"
                >s . 10:10(0) ack 1
                >c . 1:1(0) ack 2
                """);
  }

  @Test
  @DisplayName("H-44 smaller retransmissions of a segment do not prove its size")
  void smallerRetransmissionsProveNoSize() {
    growing(1_100)
        .open(
            """
            c> . 1:1001(1000) ack 1
            >s same
            c> . 1:501(500) ack 1
            >s same
            c> . 501:1001(500) ack 1
            >s same
            s> . 1:1(0) ack 1001
            >c same
            c> . 1001:1004(3) ack 1 "cat"
            >s . 1001:1537(536) ack 1
            >s . 1537:2073(536) ack 1
            >s . 2073:2101(28) ack 1
            """);
  }

  @Test
  @DisplayName("H-44 a path MTU probe keeps its size; an insertion leaves in a segment of its own")
  void keepsTheSizeOfMtuProbes() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              if (view.length() > 0) {
                out.pass(view.length());
                out.replace(0, Octets.ofText("tail"));
              }
            }))
        .open(
            """
            c> P. 1:1401(1400) ack 1
            >s . 1:1401(1400) ack 1
            >s P. 1401:1405(4) ack 1 "tail"
            """);
  }

  @Test
  @DisplayName(
      "H-45 extra segments that may be fragmented have IP identifications far from the sender's")
  void extraSegmentsHaveFreshIdentifications() {
    growing(1_400)
        .open(
            """
            c> . 1:1001(1000) ack 1 df 0 id 7
            >s same
            s> . 1:1(0) ack 1001
            >c same
            c> . 1001:1004(3) ack 1 "cat" df 0 id 8
            >s . 1001:1537(536) ack 1 df 0 id 8
            >s . 1537:2073(536) ack 1 df 0 id 32776
            >s . 2073:2401(328) ack 1 df 0 id 32777
            s> . 1:1(0) ack 2401
            >c . 1:1(0) ack 1004
            c> . 1004:1007(3) ack 1 "cat" df 1 id 9
            >s . 2401:3401(1000) ack 1 df 1
            >s . 3401:3801(400) ack 1 df 1
            """);
  }

  @Test
  @DisplayName("H-46 only the first segment of several keeps CE and CWR")
  void firstSegmentKeepsTheCongestionMark() {
    growing(1_000)
        .open(
            """
            c> W. 1:4(3) ack 1 "cat" tos 187
            >s W. 1:537(536) ack 1 tos 187
            >s . 537:1001(464) ack 1 tos 186
            """);
  }

  @Test
  @DisplayName("H-46 the CE mark of a deleted segment moves to the next ECT segment")
  void movesTheMarkOfADeletedSegment() {
    TestEngine.inline("cat", "", "dog", "d")
        .open(
            """
            c> . 1:3(2) ack 1 "ab" tos 1
            >s . 1:3(2) ack 1 tos 1
            c> . 3:6(3) ack 1 "cat" tos 3
            nothing
            c> . 6:6(0) ack 1 tos 0
            >s . 3:3(0) ack 1 tos 0
            c> . 6:8(2) ack 1 "ef" tos 1
            >s . 3:5(2) ack 1 tos 3
            c> . 8:11(3) ack 1 "dog" tos 1
            >s . 5:6(1) ack 1 tos 1
            """);
  }

  @Test
  @DisplayName("H-46 released octets may carry CE; retransmissions are not ECT")
  void releasedOctetsAreEctAndRetransmissionsAreNot() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1:4(3) ack 1 "abc" tos 2
            >s . 1:4(3) ack 1 tos 2
            c> . 4:7(3) ack 1 "Hel" tos 3
            at 1.05s
            >c . 1:1(0) ack 7 tos 0
            >s . 4:7(3) ack 1 tos 3
            at 2s
            >s P. 1:7(6) ack 1 tos 0
            """);
  }

  @Test
  @DisplayName("H-46 segments of the engine carry the latest ECE of their endpoint")
  void carriesTheLatestEceOfTheSender() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            s> . 1:3(2) ack 1
            >c same
            c> WE. 1:4(3) ack 3 "Hel"
            >s WE. 1:1(0) ack 3
            at 1.05s
            >c . 3:3(0) ack 4
            >s E. 1:4(3) ack 3
            """);
  }

  @Test
  @DisplayName("H-46 the AccECN option is removed once octet counts differ")
  void removesAccurateEcnAfterAnEdit() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s same
            s> . 1:1(0) ack 4 <raw ae05000003>
            >c . 1:1(0) ack 4 <raw ae05000003>
            c> . 4:9(5) ack 1 "Hello"
            >s . 4:6(2) ack 1 "Hi"
            s> . 1:1(0) ack 6 <raw ae05000005>
            >c . 1:1(0) ack 9 <nop>
            """);
  }

  @Test
  @DisplayName("H-46 with AccECN every segment carries the whole ACE counter")
  void carriesTheAccurateEcnCounterOnEverySegment() {
    growing(1_000)
        .run(
            """
            c> SEWA 0:0(0) <mss 1460>
            >s same
            s> SW. 0:0(0) ack 1 <mss 1460>
            >c same
            c> EW. 1:1(0) ack 1
            >s same
            c> EW. 1:4(3) ack 1 "cat"
            >s EW. 1:537(536) ack 1
            >s EW. 537:1001(464) ack 1
            """);
  }

  @Test
  @DisplayName("H-44 H-45 H-46 segments of a recording keep its sizes and IP headers")
  void recordingKeepsSizesAndHeaders() {
    TestEngine.of("cat", "x".repeat(1_400))
        .open(
            """
            c> . 1:1001(1000) ack 1 df 0 id 7 tos 3
            >s same
            c> . 1001:1004(3) ack 1 "cat" df 0 id 8 tos 3
            >s . 1001:2001(1000) ack 1 df 0 id 8 tos 3
            >s . 2001:2401(400) ack 1 df 0 id 8 tos 3
            """);
  }

  @Test
  @DisplayName(
      "C-42 C-43 grown octets leave in segments of the receiver's MSS, PSH and FIN on the last")
  void segmentsGrownOctets() {
    Engine engine =
        TestEngine.of(SimpleAgents.replacingViews("x".repeat(120)))
            .run(
                Opening.of("<mss 100>", "<mss 48>", "")
                    + """
                    c> P. 1:2(1) ack 1
                    >s . 1:49(48) ack 1
                    >s . 49:97(48) ack 1
                    >s P. 97:121(24) ack 1 "xxxxxxxxxxxxxxxxxxxxxxxx"
                    c> FP. 2:3(1) ack 1
                    >s . 121:169(48) ack 1
                    >s . 169:217(48) ack 1
                    >s FP. 217:241(24) ack 1
                    """);
    assertThat(engine.counters().of(Reason.RE_SEGMENTED)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-42 full segments that grow one after the other leave in segments of the MSS")
  void segmentsFullSegmentsThatGrow() {
    Engine engine =
        TestEngine.inline(SimpleAgents.replacingViews("x".repeat(120)))
            .run(
                Opening.segments(48)
                    + """
                    c> . 1:49(48) ack 1
                    >s . 1:49(48) ack 1
                    >s . 49:97(48) ack 1
                    >s . 97:121(24) ack 1
                    c> . 49:97(48) ack 1
                    >s . 121:169(48) ack 1
                    >s . 169:217(48) ack 1
                    >s . 217:241(24) ack 1
                    c> FP. 97:145(48) ack 1
                    >s . 241:289(48) ack 1
                    >s . 289:337(48) ack 1
                    >s FP. 337:361(24) ack 1
                    """);
    assertThat(engine.counters().of(Reason.RE_SEGMENTED)).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-46 H-1 every segment carries the newest timestamps of its endpoint")
  void carriesTheNewestTimestamps(Vantage vantage) {
    String retransmitted =
        """
        c> . 1:4(3) ack 1 <TS 19/899> "Hel"
        >s . 1:3(2) ack 1 <TS 21/900> "Hi"
        """;
    boolean inline = vantage == Vantage.INLINE;
    TestEngine.of("Hello", "Hi")
        .vantage(vantage)
        .run(
            Opening.of("<mss 1460,TS 10/0>", "<mss 1460,TS 900/10>", "")
                + "c> . 4:7(3) ack 1 <TS 21/900> \"lo!\"\n"
                + (inline ? ">c . 1:1(0) ack 1 <TS 900/10>\n" : "")
                + """
                c> . 1:4(3) ack 1 <TS 20/900> "Hel"
                >s . 1:4(3) ack 1 <TS 21/900> "Hi!"
                """
                + (inline ? "nothing\n" : retransmitted));
  }

  @Test
  @DisplayName("C-41 C-46 after a repeated SYN no segment gets timestamps that were not agreed")
  void repeatedSynAddsNoTimestamps() {
    TestEngine.inline("cat", "wildcat")
        .run(
            """
            c> S 0:0(0) <mss 1000,TS 7/0>
            >s same
            s> S. 0:0(0) ack 1 win 4 <mss 1000>
            >c same
            c> . 1:4(3) ack 1 "cat"
            >s . 1:5(4) ack 1 "wild"
            c> S 0:0(0) <mss 1000,TS 7/0>
            >s same
            s> . 1:1(0) ack 5 win 100
            >c . 1:1(0) ack 1 win 100
            >s . 5:8(3) ack 1 <> "cat"
            """);
  }

  @Test
  @DisplayName("H-46 ECE of a held segment leaves at once")
  void forwardsTheEceOfAHeldSegment() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> E. 1:4(3) ack 1 "Hel"
            >s E. 1:1(0) ack 1
            """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("H-5 of reordered segments with one timestamp the newest echo counts")
  void keepsTheNewestEcho(Vantage vantage) {
    TestEngine.of("Hello", "Hi")
        .vantage(vantage)
        .run(
            Opening.stamped(10, 900, 11)
                + """
                c> . 1:3(2) ack 1 <TS 20/902> "ab"
                >s same
                c> . 3:5(2) ack 1 <TS 20/901> "cd"
                >s . 3:5(2) ack 1 <TS 20/902> "cd"
                c> . 5:7(2) ack 1 <TS 20/903> "ef"
                >s same
                """);
  }

  @Test
  @DisplayName("H-5 the echo of a SYN is none, whatever the clock of the other endpoint shows")
  void takesNoEchoFromASyn() {
    TestEngine.inline("Hello", "Hi")
        .run(Opening.of("<mss 1460,TS 10/0>", "<mss 1460,TS 3000000000/10>", "<TS 10/3000000000>"));
  }

  @Test
  @DisplayName("H-46 an acknowledgement of the engine has no AccECN option once counts differ")
  void omitsAccurateEcnInOwnAcks() {
    LetterEdits.inline()
        .open(
            """
            c> . 1:3(2) ack 1 "aa"
            >s same
            s> . 1:1(0) ack 3 <raw ae05000003>
            >c . 1:1(0) ack 3 <raw ae05000003>
            c> . 3:4(1) ack 1 "d"
            >c . 1:1(0) ack 4 <nop>
            """);
  }
}
