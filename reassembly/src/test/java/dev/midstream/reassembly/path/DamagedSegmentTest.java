package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Truncated segments and wrong checksums. */
class DamagedSegmentTest {
  @Test
  @DisplayName("C-73 a truncated retransmission of an edit carries no octets of its own")
  void sendsNoOctetsOfATruncatedRetransmission() {
    TestEngine.of("cat", "mouse")
        .open(
            """
            c> . 1:7(6) ack 1 "a cat!"
            >s . 1:9(8) ack 1 "a mouse!"
            c> . 1:7(6) ack 1 "a cat!" cut 4
            >s . 1:3(2) ack 1 "a "
            """);
  }

  @Test
  @DisplayName("C-73 a truncated SYN has no wrong checksum")
  void countsNoChecksumOfATruncatedSyn() {
    Engine engine =
        TestEngine.of("cat", "mouse")
            .run(
                """
                c> S 0:7(7) <mss 1460> "a cat!!" cut 3
                >s S 0:0(0) <mss 1460>
                """);
    assertThat(engine.counters().of(Reason.BAD_CHECKSUM)).isZero();
  }

  @Test
  @DisplayName("C-73 the captured octets of a truncated segment leave at their place")
  void forwardsATruncatedSegment() {
    Engine engine =
        TestEngine.of("cat", "mouse")
            .open(
                """
                c> . 1:6(5) ack 1 "catca"
                >s . 1:6(5) ack 1 "mouse"
                c> . 1:15(14) ack 1 "catca123456789" cut 6
                >s . 6:8(2) ack 1 "ca"
                >s . 1:11(10) ack 1 "mouseca123"
                c> . 15:18(3) ack 1 "cat"
                >s . 17:20(3) ack 1 "cat"
                """);
    assertThat(engine.counters().of(Reason.TRUNCATED)).isOne();
  }

  @Test
  @DisplayName("C-73 a segment truncated in its options ends editing; its numbers are mapped")
  void mapsASegmentTruncatedInItsOptions() {
    Engine engine =
        TestEngine.of("cat", "mouse")
            .open(
                """
                c> . 1:6(5) ack 1 "a cat"
                >s . 1:8(7) ack 1 "a mouse"
                s> . 1:1(0) ack 6 <nop,nop,TS 7/9> cut 8
                >c . 1:1(0) ack 8
                s> . 1:4(3) ack 6 <nop,nop,TS 7/9> "cat" cut 7
                >c . 1:4(3) ack 8
                c> . 6:9(3) ack 1 "cat"
                >s . 8:11(3) ack 1 "cat"
                """);
    assertThat(engine.counters().of(Reason.TRUNCATED)).isOne();
    assertThat(engine.counters().of(Reason.MALFORMED)).isZero();
  }

  @Test
  @DisplayName(
      "C-73 inline, a truncated segment that waits for the window sends its captured octets")
  void truncatedSegmentWaitsForTheWindow() {
    TestEngine.inline("cat", "elephant")
        .run(
            Opening.window(6)
                + """
                c> . 1:4(3) ack 1 "cat"
                >s . 1:7(6) ack 1 "elepha"
                c> . 4:7(3) ack 1 "123" cut 2
                s> . 1:1(0) ack 7 win 60
                >c . 1:1(0) ack 1
                >s . 7:10(3) ack 1 "nt1"
                """);
  }

  @Test
  @DisplayName("C-52 a wrong checksum is counted and corrected in a recording, and dropped inline")
  void correctsOrDropsWrongChecksums() {
    String sent = "c> . 1:6(5) ack 1 \"Hello\" badsum\n";
    String unedited = "c> . 6:9(3) ack 1 \"abc\" badsum\n";
    Engine recorded =
        TestEngine.of("Hello", "Hi")
            .open(sent + ">s . 1:3(2) ack 1 \"Hi\"\n" + unedited + ">s . 3:6(3) ack 1 \"abc\"");
    assertThat(recorded.counters().of(Reason.BAD_CHECKSUM)).isEqualTo(2);
    Engine inline = TestEngine.inline("Hello", "Hi").open(sent + "nothing");
    assertThat(inline.counters().of(Reason.BAD_CHECKSUM)).isOne();
  }
}
