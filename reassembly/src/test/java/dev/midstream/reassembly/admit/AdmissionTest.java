package dev.midstream.reassembly.admit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Admission of a segment [n, m) when x is the next octet expected. */
class AdmissionTest {
  private final List<String> views = new ArrayList<>();

  private LambdaAgent recording() {
    return LambdaAgent.by((direction, view, out) -> {
      views.add(view.start() + ":" + SimpleAgents.text(view));
      SimpleAgents.pass(view, out);
    });
  }

  /** Plays {@code script}, in which copies disagree once; the agent is shown {@code expected}. */
  private void openWithAConflict(TestEngine test, String script, String... expected) {
    test.open(script);
    assertThat(views).containsExactly(expected);
    assertThat(test.events()).containsExactly(Reason.INCONSISTENT_OVERLAP);
  }

  @Test
  @DisplayName(
      "HDP-1 octets at the next one are admitted, octets after it delayed, octets below it known")
  void admitsOctetsFromTheNextOneOn() {
    Engine engine =
        TestEngine.of(recording())
            .open(
                """
                c> . 1:4(3) ack 1 "abc"
                >s same
                c> . 6:8(2) ack 1 "fg"
                c> . 1:4(3) ack 1 "abc"
                >s same
                c> . 2:6(4) ack 1 "bcde"
                >s . 2:8(6) ack 1 "bcdefg"
                """);
    assertThat(views).containsExactly("0:abc", "3:defg");
    assertThat(engine.counters().of(Reason.DELAYED)).isOne();
    assertThat(engine.counters().of(Reason.RETRANSMISSION)).isOne();
  }

  @Test
  @DisplayName("HDP-2 Fig 6A an out-of-order segment is discarded until it is retransmitted")
  void discardsOutOfOrderSegments() {
    Engine engine =
        TestEngine.inline(recording())
            .outOfOrder(OutOfOrder.DISCARD)
            .open(
                """
                c> . 4:6(2) ack 1 "de"
                >c . 1:1(0) ack 1 <>
                c> . 1:4(3) ack 1 "abc"
                >s . 1:4(3) ack 1 "abc"
                c> . 4:6(2) ack 1 "de"
                >s . 4:6(2) ack 1 "de"
                """);
    assertThat(views).containsExactly("0:abc", "3:de");
    assertThat(engine.counters().of(Reason.OUT_OF_ORDER)).isOne();
  }

  @Test
  @DisplayName("HDP-2 nothing of a recording is discarded: it would not be retransmitted")
  void discardsNothingOfARecording() {
    Engine engine =
        TestEngine.of(recording())
            .outOfOrder(OutOfOrder.DISCARD)
            .open(
                """
                c> . 4:6(2) ack 1 "de"
                c> . 1:4(3) ack 1 "abc"
                >s . 1:6(5) ack 1 "abcde"
                """);
    assertThat(views).containsExactly("0:abcde");
    assertThat(engine.counters().of(Reason.OUT_OF_ORDER)).isZero();
  }

  @Test
  @DisplayName("HDP-2 Fig 6B delayed octets are shown together with the octets that fill the gap")
  void showsDelayedOctetsTogether() {
    TestEngine.of(recording())
        .outOfOrder(OutOfOrder.DELAY_JOINED)
        .open(
            """
            c> . 4:6(2) ack 1 "de"
            c> P. 8:9(1) ack 1 "h"
            c> . 6:8(2) ack 1 "fg"
            c> . 1:4(3) ack 1 "abc"
            >s P. 1:9(8) ack 1 "abcdefgh"
            """);
    assertThat(views).containsExactly("0:abcdefgh");
  }

  @Test
  @DisplayName("HDP-2 Fig 6C delayed segments are shown one by one after each release")
  void showsDelayedSegmentsOneByOne() {
    TestEngine.of(recording())
        .outOfOrder(OutOfOrder.DELAY_SINGLE)
        .open(
            """
            c> . 4:6(2) ack 1 "de"
            c> P. 8:9(1) ack 1 "h"
            c> . 6:8(2) ack 1 "fg"
            c> . 1:4(3) ack 1 "abc"
            >s . 1:4(3) ack 1 "abc"
            >s . 4:6(2) ack 1 "de"
            >s . 6:8(2) ack 1 "fg"
            >s P. 8:9(1) ack 1 "h"
            """);
    assertThat(views).containsExactly("0:abc", "3:de", "5:fg", "7:h");
  }

  @Test
  @DisplayName("C-6 a pattern in three segments that arrive in reverse order is one edit")
  void editsAcrossDelayedSegments() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> . 4:7(3) ack 1 "lo "
            c> . 2:4(2) ack 1 "el"
            c> . 1:2(1) ack 1 "H"
            >s . 1:4(3) ack 1 "Hi "
            """);
  }

  @Test
  @DisplayName("C-7 a segment that fills a gap and overlaps both neighbours adds each octet once")
  void addsEachOctetOfAnOverlappingFillerOnce() {
    TestEngine.of(recording())
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s same
            c> . 7:10(3) ack 1 "ghi"
            c> . 3:9(6) ack 1 "cdefgh"
            >s . 3:10(7) ack 1 "cdefghi"
            """);
    assertThat(views).containsExactly("0:abc", "3:defghi");
  }

  @Test
  @DisplayName("C-8 delayed segments disagree: the first copy leaves")
  void firstCopyWinsAfterAGap() {
    openWithAConflict(
        TestEngine.of(recording()),
        """
        c> . 4:6(2) ack 1 "de"
        c> . 5:7(2) ack 1 "XY"
        c> . 1:4(3) ack 1 "abc"
        >s . 1:7(6) ack 1 "abcdeY"
        """,
        "0:abcdeY");
  }

  @Test
  @DisplayName("C-8 a filler disagrees with delayed octets: the first copy leaves, with an event")
  void firstCopyWinsOverTheFiller() {
    openWithAConflict(
        TestEngine.of(recording()),
        """
        c> . 5:9(4) ack 1 "dddd"
        c> P. 1:11(10) ack 1 "aaaaXXXXbb"
        >s P. 1:11(10) ack 1 "aaaaddddbb"
        """,
        "0:aaaaddddbb");
  }

  @Test
  @DisplayName("C-8 delayed segments shown one by one: the first copy wins over the filler too")
  void firstCopyWinsOverTheFillerOneByOne() {
    openWithAConflict(
        TestEngine.of(recording()).outOfOrder(OutOfOrder.DELAY_SINGLE),
        """
        c> . 5:9(4) ack 1 "dddd"
        c> P. 1:11(10) ack 1 "aaaaXXXXbb"
        >s . 1:5(4) ack 1 "aaaa"
        >s . 5:9(4) ack 1 "dddd"
        >s P. 9:11(2) ack 1 "bb"
        """,
        "0:aaaa",
        "4:dddd",
        "8:bb");
  }

  @Test
  @DisplayName("C-8 octets reported by SACK leave, whatever the filler carries")
  void sackedOctetsWinOverTheFiller() {
    openWithAConflict(
        TestEngine.inline(recording()),
        """
        c> . 5:9(4) ack 1 "dddd"
        >c . 1:1(0) ack 1 <sack 5:9>
        c> P. 1:11(10) ack 1 "aaaaXXXXbb"
        >s P. 1:11(10) ack 1 "aaaaddddbb"
        s> . 1:1(0) ack 11
        >c . 1:1(0) ack 11
        """,
        "0:aaaaddddbb");
  }

  @Test
  @DisplayName("C-8 the PSH of a filler that disagrees leaves with its last octet")
  void pushesWithTheLastOctet() {
    TestEngine.of(recording())
        .open(
            """
            c> . 5:11(6) ack 1 "dddddd"
            c> P. 1:11(10) ack 1 "aaaaXXXXbb"
            >s P. 1:11(10) ack 1 "aaaadddddd"
            """);
  }

  @Test
  @DisplayName("C-8 a partly known filler disagrees: the first copy of each octet leaves")
  void firstCopyWinsOverAPartlyKnownFiller() {
    openWithAConflict(
        TestEngine.of(recording()),
        """
        c> . 1:3(2) ack 1 "ab"
        >s . 1:3(2) ack 1 "ab"
        c> . 5:7(2) ack 1 "ef"
        c> . 9:11(2) ack 1 "ij"
        c> . 1:13(12) ack 1 "abcdEfghijkl"
        >s . 1:3(2) ack 1 "ab"
        >s . 3:13(10) ack 1 "cdefghijkl"
        """,
        "0:ab",
        "2:cdefghijkl");
  }

  @Test
  @DisplayName(
      "C-65 beyond the total a segment after a gap is refused; segments in order are accepted")
  void limitsDelayedOctetsByTheTotal() {
    Engine engine =
        TestEngine.inline(recording())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(6_000))
            .open(
                """
                c> . 101:151(50) ack 1
                >c . 1:1(0) ack 1 <sack 101:151>
                c> . 1001:4001(3000) ack 1
                >c . 1:1(0) ack 1
                c> . 1:101(100) ack 1
                >s . 1:151(150) ack 1
                """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isOne();
  }

  @Test
  @DisplayName("C-11 C-69 beyond the limit a recording continues unedited, and nothing is lost")
  void recordingContinuesUneditedBeyondTheLimit() {
    Engine engine =
        TestEngine.of("x", "yyy")
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(420).withTotalBytes(Long.MAX_VALUE))
            .open(
                """
                c> . 1:3(2) ack 1 "ax"
                >s . 1:5(4) ack 1 "ayyy"
                c> . 4:6(2) ack 1 "cx"
                c> . 6:8(2) ack 1 "ex"
                >s . 6:8(2) ack 1 "cx"
                >s . 8:10(2) ack 1 "ex"
                c> . 3:4(1) ack 1 "x"
                >s . 5:6(1) ack 1 "x"
                """);
    assertThat(engine.counters().of(Reason.GAP)).isOne();
  }

  @Test
  @DisplayName("C-12 H-15 octets outside the window only cause an acknowledgement")
  void answersOctetsOutsideTheWindow() {
    Engine engine =
        TestEngine.inline(recording())
            .open(
                """
                c> . 65538:65540(2) ack 1
                >c . 1:1(0) ack 1
                c> . 65536:65538(2) ack 1
                >s . 0:0(0) ack 1
                c> . 65535:65536(1) ack 1
                >c . 1:1(0) ack 1 <sack 65535:65536>
                s> . 1:1(0) ack 1 win 65535
                >c . 1:1(0) ack 1
                c> . 1:3(2) ack 1
                >s same
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
    assertThat(engine.counters().of(Reason.DELAYED)).isOne();
  }

  /** An opening that advertises the delay limit as the window of the server. */
  @Test
  @DisplayName("C-36 inline, octets beyond the FIN are refused")
  void refusesOctetsBeyondTheFin() {
    Engine engine =
        TestEngine.inline(recording())
            .open(
                """
                c> F. 1:4(3) ack 1 "abc"
                >s same
                c> . 5:7(2) ack 1 "xy"
                c> . 3:6(3) ack 1 "cxy"
                nothing
                s> . 1:1(0) ack 5
                >c same
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isEqualTo(2);
    assertThat(views).containsExactly("0:abc");
  }

  @Test
  @DisplayName("C-36 C-69 octets beyond the FIN of a recording pass, or withdraw a FIN that waits")
  void withdrawsTheFinOfARecording() {
    Engine engine =
        TestEngine.of(recording())
            .open(
                """
                c> F. 6:6(0) ack 1
                c> . 6:8(2) ack 1 "fg"
                c> . 1:6(5) ack 1 "abcde"
                >s . 1:8(7) ack 1 "abcdefg"
                c> F. 8:8(0) ack 1
                >s same
                c> . 10:12(2) ack 1 "xy"
                >s same
                c> . 8:10(2) ack 1 "hi"
                >s same
                """);
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-14 H-38 no hold time while only a part of a segment found room")
  void waitsForTheRestOfACutSegment() {
    Engine engine =
        TestEngine.inline("cdef", "CDEF")
            .limits(EngineLimits.DEFAULTS.withTotalBytes(100))
            .open(
                """
                c> . 1:2001(2000) ack 1
                >s . 1:1459(1458) ack 1
                s> . 1:1(0) ack 1459
                >c . 1:1(0) ack 1459
                at 0.1s
                >c . 1:1(0) ack 1461
                at 5s
                nothing
                c> . 1461:1463(2) ack 1 "ef"
                >s . 1459:1463(4) ack 1 "CDEF"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }
}
