package dev.midstream.reassembly.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LineAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SACK and D-SACK blocks on their way to the sender. */
class SackRewriteTest {

  @Test
  @DisplayName("C-28 law 3 a D-SACK block leaves with the block that contains it, or not at all")
  void dropsADsackWithItsBlock() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            at 0.2s
            >c . 1:1(0) ack 4
            c> P. 4:9(5) ack 1 "d\\ne\\n\\n"
            >s P. 1:9(8) ack 1 "abcd\\ne\\n\\n"
            s> . 1:1(0) ack 1 <sack 5:6 4:9>
            >c . 1:1(0) ack 9
            """);
  }

  @Test
  @DisplayName("H-8 a block over all output of a segment includes its deletions")
  void extendsBlocksOverNeighbouringDeletions() {
    TestEngine.inline("x", "")
        .open(
            """
            c> . 1:5(4) ack 1 "abcd"
            >s . 1:5(4) ack 1 "abcd"
            c> . 5:9(4) ack 1 "xefx"
            >s . 5:7(2) ack 1 "ef"
            c> . 9:11(2) ack 1 "gh"
            >s . 7:9(2) ack 1 "gh"
            s> . 1:1(0) ack 1 <sack 5:7>
            >c . 1:1(0) ack 1 <sack 5:9>
            """);
  }

  @Test
  @DisplayName("H-9 a block below the advertised ACK does not become a D-SACK")
  void clipsBlocksAtTheAdvertisedAck() {
    TestEngine.inline(LineAgents.passing())
        .open(
            """
            c> . 1:4(3) ack 1 "ab\\n"
            >s . 1:4(3) ack 1 "ab\\n"
            c> . 4:7(3) ack 1 "cd\\n"
            >s . 4:7(3) ack 1 "cd\\n"
            c> . 7:9(2) ack 1 "QU"
            at 0.100s
            >c . 1:1(0) ack 9
            s> . 1:1(0) ack 1 win 65000 <sack 4:7>
            nothing
            """);
  }

  @Test
  @DisplayName("H-9 a D-SACK for a retransmission of the engine does not reach the sender")
  void absorbsDsacksOfEngineRetransmissions() {
    Engine engine =
        TestEngine.inline(LineAgents.passing())
            .open(
                """
                c> . 1:3(2) ack 1 "QU"
                at 0.100s
                >c . 1:1(0) ack 3
                c> . 3:5(2) ack 1 "I\\n"
                >s . 1:5(4) ack 1 "QUI\\n"
                at 1.100s
                >s P. 1:3(2) ack 1 "QU"
                s> . 1:1(0) ack 5
                >c . 1:1(0) ack 5 <>
                s> . 1:1(0) ack 5 <sack 1:3>
                nothing
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isOne();
  }

  @Test
  @DisplayName("H-10 a D-SACK below the ACK is mapped, while its commands are kept")
  void mapsDsacksBelowTheAck() {
    TestEngine.inline("cat", "mouse")
        .open(
            """
            c> . 1:4(3) ack 1 "cat"
            >s . 1:6(5) ack 1 "mouse"
            c> . 4:7(3) ack 1 "dog"
            >s . 6:9(3) ack 1 "dog"
            s> . 1:1(0) ack 9
            >c . 1:1(0) ack 7
            s> . 1:1(0) ack 9 <sack 6:9>
            >c . 1:1(0) ack 7 <sack 4:7>
            """);
  }

  /** [0,5) became 2 octets, [8,10) became 6, [10,13) was deleted. */
  private static final String SENT =
      """
      c> . 1:17(16) ack 1 "Hello, xOKbye123"
      >s . 1:15(14) ack 1 "Hi, xokayed123"
      """;

  private static TestEngine inline() {
    return TestEngine.inline("Hello", "Hi", "OK", "okayed", "bye", "");
  }

  @Test
  @DisplayName(
      "C-28 SACK edges at, inside and around edits; three blocks; empty blocks are removed")
  void mapsSackBlocks() {
    inline()
        .open(
            SENT
                + """
                s> . 1:1(0) ack 1 <sack 1:3 4:6>
                >c . 1:1(0) ack 1 <sack 1:6 7:9>
                s> . 1:1(0) ack 1 <sack 2:5 6:12>
                >c . 1:1(0) ack 1 <sack 6:8 9:14>
                s> . 1:1(0) ack 1 <sack 7:11 12:15>
                >c . 1:1(0) ack 1 <sack 11:17>
                s> . 1:1(0) ack 1 <sack 1:2 7:9>
                >c . 1:1(0) ack 1 <>
                s> . 1:1(0) ack 1 <TS 1/2,sack 3:4 5:6 12:13>
                >c . 1:1(0) ack 1 <TS 1/2,sack 6:7 8:9 11:15>
                """);
  }

  @Test
  @DisplayName("C-28 a D-SACK below the ACK stays a D-SACK")
  void keepsDsacks() {
    inline()
        .open(
            SENT
                + """
                s> . 1:1(0) ack 6 <sack 1:3>
                >c . 1:1(0) ack 9 win 65534 <sack 1:6>
                s> . 1:1(0) ack 6 <sack 13:14 12:15>
                >c . 1:1(0) ack 9 <sack 15:16 11:17>
                """);
  }

  @Test
  @DisplayName("C-28 a D-SACK above the ACK begins or ends where the second block does")
  void keepsDsacksAtTheEdgesOfTheSecondBlock() {
    inline()
        .open(
            SENT
                + """
                s> . 1:1(0) ack 6 <sack 12:14 12:15>
                >c . 1:1(0) ack 9 win 65534 <sack 11:16 11:17>
                s> . 1:1(0) ack 6 <sack 13:15 12:15>
                >c . 1:1(0) ack 9 <sack 15:17 11:17>
                """);
  }

  @Test
  @DisplayName("H-8 C-28 a SACK block that covers the FIN covers the sender's FIN")
  void mapsABlockThatCoversTheFin() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            c> F. 6:16(10) ack 1
            >s F. 3:13(10) ack 1
            s> . 1:1(0) ack 1 <sack 3:14>
            >c . 1:1(0) ack 1 <sack 6:17>
            s> . 1:1(0) ack 1 <sack 13:14>
            >c . 1:1(0) ack 1 <sack 16:17>
            s> . 1:1(0) ack 14 <sack 13:14>
            >c . 1:1(0) ack 17 <sack 16:17>
            """);
  }

  @Test
  @DisplayName("H-8 H-16 the engine does not retransmit octets covered by a block with the FIN")
  void retransmitsNothingCoveredByABlockWithFin() {
    TestEngine.inline(LineAgents.passing())
        .run(
            """
            c> S 0:0(0) <mss 100,sackOK>
            >s same
            s> S. 0:0(0) ack 1 <mss 100,sackOK>
            >c same
            c> . 1:3(2) ack 1 "x\\n"
            >s same
            c> . 3:5(2) ack 1 "ab"
            at 0.1s
            >c . 1:1(0) ack 5
            c> F. 5:255(250) ack 1
            >s . 3:5(2) ack 1 "ab"
            >s F. 5:255(250) ack 1
            s> . 1:1(0) ack 1 <sack 3:256>
            >c . 1:1(0) ack 255
            >s P. 1:3(2) ack 1 "x\\n"
            """);
  }

  @Test
  @DisplayName("law 3 RFC 2018 a block that the receiver cannot have sent reports nothing")
  void believesNoImpossibleBlocks() {
    TestEngine.inline(LineAgents.denying("STAT", "0123456789\n"))
        .open(
            """
            c> P. 1:6(5) ack 1 "STAT\\n"
            >c P. 1:12(11) ack 6
            c> . 6:6(0) ack 5
            c> . 6:6(0) ack 5 <sack 1:12>
            c> . 6:6(0) ack 5 <sack 8:100>
            at 1s
            >c P. 5:12(7) ack 6 "456789\\n"
            """);
  }

  @Test
  @DisplayName(
      "law 3 RFC 2018 a block beyond what was sent does not keep octets from leaving again")
  void believesNoBlockOfUnsentOctets() {
    TestEngine.inline(LineAgents.denying("STAT", "0123456789\n"))
        .run(
            """
            c> S 0:0(0) <mss 1460,sackOK>
            >s same
            s> S. 0:0(0) ack 1 <mss 1460,sackOK>
            >c same
            at 0.040s
            c> . 1:1(0) ack 1
            >s same
            c> P. 1:6(5) ack 1 "STAT\\n"
            >c P. 1:12(11) ack 6
            c> . 6:6(0) ack 5 <sack 8:100>
            at 0.200s
            >c P. 5:12(7) ack 6 "456789\\n"
            """);
  }
}
