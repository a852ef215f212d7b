package dev.midstream.reassembly.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The urgent flag and pointer of edited segments. */
class UrgentPointerTest {

  @Test
  @DisplayName("C-50 URG is cleared, or the connection is reset, by policy")
  void clearsUrgOrResets() {
    String sent = "c> U. 1:9(8) ack 1 urg 7 \"aHellobc\"\n";
    TestEngine.of("Hello", "Hi")
        .urgent(Urgent.CLEAR)
        .open(sent + ">s . 1:6(5) ack 1 urg 0 \"aHibc\"");
    TestEngine.of("Hello", "Hi")
        .urgent(Urgent.RESET)
        .open(sent + ">s . 1:6(5) ack 1 urg 0 \"aHibc\"\n>s R. 6:6(0) ack 1\n>c R. 1:1(0) ack 1");
  }

  @Test
  @DisplayName("C-50 with urgent: pass the pointer of a recording points after the same octet")
  void mapsTheUrgentPointerOfRecordings() {
    TestEngine.of("cat", "dog", "mouse", "ox")
        .urgent(Policies.Urgent.PASS)
        .open(
            """
            c> U. 1:6(5) ack 1 urg 5 "a cat"
            >s U. 1:6(5) ack 1 urg 5 "a dog"
            c> U. 6:11(5) ack 1 urg 5 "mouse"
            >s U. 6:8(2) ack 1 urg 2 "ox"
            c> U. 11:15(4) ack 1 urg 3 "1234"
            >s U. 8:12(4) ack 1 urg 3 "1234"
            c> U. 15:18(3) ack 1 urg 3 "5ca"
            >s . 12:13(1) ack 1 urg 0 "5"
            """);
  }

  @Test
  @DisplayName("H-37 C-50 an urgent octet stays in the stream; URG is cleared")
  void clearsUrg() {
    Engine engine =
        LetterEdits.inline()
            .open(
                """
                c> UP. 1:6(5) ack 1 urg 2 "PxORT"
                >s P. 1:15(14) ack 1 urg 0 "P0123456789ORT"
                """);
    assertThat(engine.counters().of(Reason.URGENT_CLEARED)).isOne();
  }

  @Test
  @DisplayName(
      "H-37 C-50 the pointer stays after the same octet, if that is decided and near enough")
  void mapsTheUrgentPointer() {
    LetterEdits.inline()
        .urgent(Policies.Urgent.PASS)
        .open(
            """
            c> U. 1:6(5) ack 1 urg 2 "PxORT"
            >s U. 1:15(14) ack 1 urg 11 "P0123456789ORT"
            c> U. 6:7(1) ack 1 urg 9 "a"
            >s . 15:16(1) ack 1 urg 0 "a"
            """);
  }

  @Test
  @DisplayName("H-37 C-50 URG of acknowledged octets is cleared and counted")
  void clearsUrgOfAcknowledgedOctets() {
    Engine engine =
        LetterEdits.inline()
            .urgent(Policies.Urgent.PASS)
            .open(
                """
                c> U. 1:6(5) ack 1 urg 2 "PxORT"
                >s U. 1:15(14) ack 1 urg 11 "P0123456789ORT"
                s> . 1:1(0) ack 13
                >c . 1:1(0) ack 4
                c> U. 1:6(5) ack 1 urg 2 "PxORT"
                >s . 13:15(2) ack 1 urg 0 "RT"
                """);
    assertThat(engine.counters().of(Reason.URGENT_CLEARED)).isOne();
  }
}
