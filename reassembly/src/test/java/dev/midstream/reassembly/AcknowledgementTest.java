package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Deciding;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AcknowledgementTest {
  /** [0,5) became 2 octets, [8,10) became 6, [10,13) vanished. */
  private static final String SENT =
      """
      c> . 1:17(16) ack 1 "Hello, xOKbye123"
      >s . 1:15(14) ack 1 "Hi, xokayed123"
      """;

  private static TestEngine inline() {
    return TestEngine.inline("Hello", "Hi", "OK", "okayed", "bye", "");
  }

  @Test
  @DisplayName("C-25 C-26 C-27 every octet acknowledged: never falls, never above what is there")
  void mapsEveryAcknowledgement() {
    inline()
        .open(
            SENT
                + """
                s> . 1:1(0) ack 2 win 65534
                s> . 1:1(0) ack 3 win 65533
                >c . 1:1(0) ack 6 win 65532
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 9
                s> . 1:1(0) ack 11 win 65530
                s> . 1:1(0) ack 12
                >c . 1:1(0) ack 14
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 14
                s> . 1:1(0) ack 15
                >c . 1:1(0) ack 17
                """);
  }

  @Test
  @DisplayName("C-28 SACK edges at, inside and around edits; three blocks; empty ones vanish")
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
  @DisplayName("C-28 a D-SACK below the acknowledgement survives as one")
  void mapsDuplicateSacks() {
    inline()
        .open(
            SENT
                + """
                s> . 1:1(0) ack 6 <sack 1:3>
                >c . 1:1(0) ack 9 <sack 1:6>
                s> . 1:1(0) ack 6 <sack 13:14 12:15>
                >c . 1:1(0) ack 9 <sack 15:16 11:17>
                """);
  }

  @Test
  @DisplayName("C-26 H-26 a deletion that is decided after its acknowledgement is told at once")
  void acknowledgesALateDeletion() {
    TestEngine.inline("x", "")
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s same
            s> . 1:1(0) ack 3
            >c same
            c> . 3:5(2) ack 1 "xx"
            >c . 1:1(0) ack 5
            """);
  }

  @Test
  @DisplayName("C-30 an acknowledgement seen before its data is counted, and no reason to give up")
  void acknowledgementBeforeItsData() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                s> . 1:1(0) ack 6
                c> . 1:6(5) ack 1 "Hello"
                >s . 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 6
                >c . 1:1(0) ack 3
                """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
    assertThat(engine.counters().of(Reason.ABSORBED)).isOne();
  }

  @Test
  @DisplayName("C-25 a recorded acknowledgement inside an edit stands before its output")
  void mapsRecordedAcknowledgements() {
    TestEngine.of("Hello", "Hi", "x", "yyy")
        .open(
            """
            c> . 1:7(6) ack 1 "Hellox"
            >s . 1:6(5) ack 1 "Hiyyy"
            s> . 1:1(0) ack 3 win 900
            >c . 1:1(0) ack 1 win 900
            s> . 1:1(0) ack 6 win 800 <sack 1:3 6:7>
            >c . 1:1(0) ack 3 win 800 <sack 3:6>
            s> . 1:1(0) ack 7 win 700
            >c . 1:1(0) ack 6 win 700
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 6
            """);
  }

  @Test
  @DisplayName("C-31 the receiver's right edge is mapped back; growth is promised to nobody")
  void mapsTheWindow() {
    inline()
        .open(
            SENT
                + """
                s> . 1:1(0) ack 15 win 100
                >c . 1:1(0) ack 17 win 65519
                """);
  }

  @Test
  @DisplayName("C-33 what grows beyond the receiver's window waits until it opens")
  void growthWaitsForTheWindow() {
    Engine engine =
        TestEngine.inline("x", "0123456789")
            .run(
                """
                c> S 0:0(0) win 1000 <mss 1460>
                >s same
                s> S. 0:0(0) ack 1 win 12 <mss 1460>
                >c same
                c> . 1:4(3) ack 1 "xax"
                >s . 1:13(12) ack 1 "0123456789a0"
                s> . 1:1(0) ack 13 win 4
                >c . 1:1(0) ack 3 win 10
                >s . 13:17(4) ack 1 "1234"
                s> . 1:1(0) ack 17 win 20
                >c . 1:1(0) ack 3 win 16
                >s . 17:22(5) ack 1 "56789"
                s> . 1:1(0) ack 22 win 20
                >c . 1:1(0) ack 4 win 20
                """);
    assertThat(engine.counters().of(Reason.WINDOW_MAPPED)).isPositive();
  }

  @Test
  @DisplayName("C-29 H-31 above everything released: counted, and the segment goes no further")
  void refusesAnAcknowledgementOfNothing() {
    Engine engine =
        inline()
            .open(
                SENT
                    + """
                    s> . 1:1(0) ack 99
                    >s . 15:15(0) ack 1
                    s> . 1:1(0) ack 15
                    >c . 1:1(0) ack 17
                    """);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isOne();
  }

  @Test
  @DisplayName("H-30 an acknowledgement by itself carries the number of what was released")
  void pureAcknowledgementsFollowWhatLeft() {
    TestEngine.of(
            Deciding.onClient((view, out) -> {
              if (view.length() > 3) {
                out.replace(view.length(), Octets.ofText("done"));
              }
            }))
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            s> . 1:2(1) ack 1 "x"
            >c . 1:2(1) ack 1 "x"
            c> . 4:4(0) ack 2
            >s . 1:1(0) ack 2
            c> . 4:5(1) ack 2 "d"
            >s . 1:5(4) ack 2 "done"
            c> . 5:5(0) ack 2
            >s . 5:5(0) ack 2
            """);
  }
}
