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
                >c . 1:1(0) ack 8 <raw 080a>
                s> . 1:4(3) ack 6 <nop,nop,TS 7/9> "cat" cut 7
                >c . 1:4(3) ack 8 <raw 080a>
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
                >c . 1:1(0) ack 1 win 60
                >s . 7:10(3) ack 1 "nt1"
                """);
  }

  @Test
  @DisplayName("C-52 a checksum that hardware completes is corrected in a recording")
  void completesChecksums() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> . 1:6(5) ack 1 "Hello" halfsum
                >s . 1:3(2) ack 1 "Hi"
                c> . 6:9(3) ack 1 "abc" halfsum
                >s . 3:6(3) ack 1 "abc"
                """);
    assertThat(engine.counters().of(Reason.BAD_CHECKSUM)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-52 wrong checksums of an end that has sent no right one are corrected")
  void correctsChecksumsThatAreAllWrong() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:0(0)
            >s same
            s> S. 0:0(0) ack 1 badsum
            >c S. 0:0(0) ack 1
            s> . 1:6(5) ack 1 "Hello" badsum
            >c . 1:3(2) ack 1 "Hi"
            c> . 1:1(0) ack 6
            >s . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("C-52 a segment with a wrong checksum is dropped inline")
  void dropsWrongChecksums() {
    Engine engine =
        TestEngine.inline("Hello", "Hi").open("c> . 1:6(5) ack 1 \"Hello\" badsum\nnothing");
    assertThat(engine.counters().of(Reason.BAD_CHECKSUM)).isOne();
  }

  @Test
  @DisplayName(
      "C-52 a damaged segment of a recording is no first copy; neither is its FIN believed")
  void prefersTheUndamagedCopy() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> F. 1:6(5) ack 1 "Wrong" badsum
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 3
                c> F. 6:6(0) ack 1
                >s F. 3:3(0) ack 1
                s> . 1:1(0) ack 7
                >c . 1:1(0) ack 4
                """);
    assertThat(engine.counters().of(Reason.BAD_CHECKSUM)).isOne();
    assertThat(engine.counters().of(Reason.INCONSISTENT_RETRANSMISSION)).isZero();
  }

  @Test
  @DisplayName("C-52 the right checksum of a SYN shows that its end's first segment is damaged")
  void believesTheChecksumOfASyn() {
    TestEngine.of("Hello", "Hi")
        .run(
            """
            c> S 0:0(0)
            >s same
            s> S. 0:0(0) ack 1
            >c same
            c> . 1:6(5) ack 1 "Wrong" badsum
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("C-52 a damaged segment of a recording counts once its receiver acknowledged it")
  void believesTheReceiver() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> F. 1:6(5) ack 1 "Hello" badsum
            s> . 1:1(0) ack 7
            >s F. 1:3(2) ack 1 "Hi"
            >c . 1:1(0) ack 4
            """);
  }

  @Test
  @DisplayName("C-52 a damaged RST of a recording ends nothing")
  void ignoresDamagedReset() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> R. 1:1(0) ack 1 badsum
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
  }

  @Test
  @DisplayName("C-52 C-69 damaged octets that were acknowledged after a gap leave a second later")
  void givesUpAGapBeforeAcknowledgedDamagedOctets() {
    TestEngine test = TestEngine.of("cat", "mouse");
    Engine engine =
        test.open(
            """
            c> . 1:4(3) ack 1 "cat"
            >s . 1:6(5) ack 1 "mouse"
            c> . 7:10(3) ack 1 "xyz" badsum
            s> . 1:1(0) ack 10
            >c . 1:1(0) ack 6
            at 0.9s
            s> . 1:2(1) ack 10 "a"
            >c . 1:2(1) ack 6 "a"
            at 1.1s
            >s . 9:12(3) ack 1 "xyz"
            s> . 2:3(1) ack 10 "b"
            >c . 2:3(1) ack 12 "b"
            """);
    assertThat(engine.counters().of(Reason.GAP)).isOne();
  }
}
