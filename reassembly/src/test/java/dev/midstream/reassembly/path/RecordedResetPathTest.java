package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecordedResetPathTest {
  /** Plays {@code script} through an engine for recordings that replaces "Hello" by "Hi". */
  private static void play(String script) {
    TestEngine.of("Hello", "Hi").open(script);
  }

  /** Plays {@code script} after octets beyond a gap have exceeded the limit and ended editing. */
  private static void playAfterEditing(String script) {
    TestEngine.of("Hello", "Hi")
        .limits(EngineLimits.DEFAULTS.withDelayedBytes(100))
        .open(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            c> . 20:110(90) ack 1
            >s . 17:107(90) ack 1
            """
                + script);
  }

  @Test
  @DisplayName("C-38 C-52 a recorded RST leaves with its new sequence number and a right checksum")
  void correctsTheChecksumOfAReset() {
    play(
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 6
        >c . 1:1(0) ack 3
        c> R. 6:6(0) ack 1 halfsum
        >s R. 3:3(0) ack 1
        """);
  }

  @Test
  @DisplayName("C-38 octets of a recorded RST are edited; the last segment is the RST")
  void editsOctetsOfAReset() {
    play(
        """
        c> . 1:4(3) ack 1 "Hel"
        c> R. 4:13(9) ack 1 "lo world."
        >s R. 1:10(9) ack 1 "Hi world."
        """);
  }

  @Test
  @DisplayName("C-38 octets of a recorded RST that fill a gap release the delayed octets")
  void fillsAGapByAReset() {
    play(
        """
        c> . 6:9(3) ack 1 "abc"
        c> R. 1:6(5) ack 1 "Hello"
        >s R. 1:6(5) ack 1 "Hiabc"
        """);
  }

  @Test
  @DisplayName(
      "C-8 C-38 octets of a recorded RST disagree with delayed ones: the first copy leaves")
  void firstCopyWinsOverAReset() {
    play(
        """
        c> . 6:9(3) ack 1 "abc"
        c> R. 1:11(10) ack 1 "HelloXXXde"
        >s R. 1:8(7) ack 1 "Hiabcde"
        """);
  }

  @Test
  @DisplayName("C-38 grown octets of a recorded RST leave in segments; only the last is the RST")
  void segmentsGrownOctetsOfAReset() {
    TestEngine.of("cat", "x".repeat(1_500))
        .open(
            """
            c> R. 1:4(3) ack 1 "cat"
            >s . 1:537(536) ack 1
            >s . 537:1073(536) ack 1
            >s R. 1073:1501(428) ack 1
            """);
  }

  @Test
  @DisplayName("C-38 C-1 octets that a recorded RST retransmits leave as they left before")
  void retransmitsOctetsOfAReset() {
    play(
        """
        c> . 1:6(5) ack 1 "Hello"
        >s . 1:3(2) ack 1 "Hi"
        c> . 6:8(2) ack 1 "He"
        c> R. 1:6(5) ack 1 "Hello"
        >s . 3:5(2) ack 1 "He"
        >s R. 1:3(2) ack 1 "Hi"
        """);
  }

  @Test
  @DisplayName("C-38 acknowledged octets that a recorded RST retransmits do not leave again")
  void retransmitsNothingAcknowledged() {
    play(
        """
        c> . 1:6(5) ack 1 "Hello"
        >s . 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 6
        >c . 1:1(0) ack 3
        c> R. 1:6(5) ack 1 "Hello"
        >s R. 1:1(0) ack 1
        """);
  }

  @Test
  @DisplayName("C-38 a recorded RST after a gap keeps its distance from the decided octets")
  void mapsAResetAfterAGap() {
    play(
        """
        c> . 1:6(5) ack 1 "Hello"
        >s . 1:3(2) ack 1 "Hi"
        c> R. 8:11(3) ack 1 "cat"
        >s R. 5:8(3) ack 1 "cat"
        """);
  }

  @Test
  @DisplayName("C-38 held octets of the other direction leave before a recorded RST with octets")
  void forwardsTheOtherDirectionFirst() {
    play(
        """
        s> . 1:3(2) ack 1 "He"
        c> R. 1:6(5) ack 1 "Hello"
        >c . 1:3(2) ack 1 "He"
        >s R. 1:3(2) ack 1 "Hi"
        """);
  }

  @Test
  @DisplayName("C-38 octets of a recorded RST pass unedited if the agent detaches before them")
  void forwardsOctetsAfterADetach() {
    TestEngine.of(
            LambdaAgent.by((direction, view, out) -> {
              if (view.flush()) {
                out.detach();
              }
            }))
        .open(
            """
            s> . 1:3(2) ack 1 "He"
            c> R. 1:6(5) ack 1 "Hello"
            >c . 1:3(2) ack 1 "He"
            >s R. 1:6(5) ack 1 "Hello"
            """);
  }

  @Test
  @DisplayName(
      "C-38 C-60 octets that a recorded RST retransmits leave as they left, also after editing")
  void retransmitsEditedOctetsAfterEditing() {
    playAfterEditing(
        """
        c> R. 1:8(7) ack 1 "Hello w"
        >s R. 1:5(4) ack 1 "Hi w"
        """);
  }

  @Test
  @DisplayName(
      "C-38 C-60 octets of a recorded RST pass after editing has ended, with a gap before them")
  void forwardsOctetsAfterEditing() {
    playAfterEditing(
        """
        c> R. 130:135(5) ack 1 "Hello"
        >s R. 127:132(5) ack 1 "Hello"
        """);
  }

  @Test
  @DisplayName("C-38 C-64 octets before a recorded RST that are not shown have a counted reason")
  void countsOctetsNotShown() {
    Engine engine =
        TestEngine.of("cat", "dog")
            .outOfOrder(OutOfOrder.DELAY_SINGLE)
            .limits(EngineLimits.DEFAULTS.withCommands(1))
            .open(
                """
                c> . 4:7(3) ack 1 "cat"
                c> R. 1:4(3) ack 1 "cat"
                >s R. 1:7(6) ack 1 "dogcat"
                """);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isOne();
  }

  @Test
  @DisplayName("C-38 a recorded RST whose octets are all deleted stands at the end of its stream")
  void mapsAResetWithoutOctetsLeft() {
    TestEngine.of("cat", "")
        .open(
            """
            c> . 1:4(3) ack 1 "abd"
            >s same
            s> . 1:1(0) ack 4
            >c same
            c> R. 2:7(5) ack 1 "bdcat"
            >s R. 4:4(0) ack 1
            """);
  }

  @Test
  @DisplayName("C-38 C-62 octets of a monitored RST count as edits not carried out")
  void countsEditsOfAMonitoredReset() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .mode(Mode.MONITOR)
            .open(
                """
                c> R. 1:6(5) ack 1 "Hello"
                >s same
                """);
    assertThat(engine.counters().edits()).isOne();
  }

  @Test
  @DisplayName("C-38 a reset of the engine after a FIN has the sequence number after the FIN")
  void resetsAfterAFin() {
    TestEngine.of(
            LambdaAgent.by((direction, view, out) -> {
              SimpleAgents.pass(view, out);
              if (view.length() > 0 && view.at(0) == 'x') {
                out.reset("test");
              }
            }))
        .open(
            """
            c> F. 1:4(3) ack 1 "abc"
            >s F. 1:4(3) ack 1 "abc"
            s> . 1:2(1) ack 5 "x"
            >c . 1:2(1) ack 5 "x"
            >s R. 5:5(0) ack 1
            >c R. 2:2(0) ack 5
            """);
  }
}
