package dev.midstream.reassembly.rewrite;

import dev.midstream.reassembly.script.LetterEdits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Ends;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows that grow without a segment of the receiver, and when the sender hears of it. */
class WindowUpdateTest {

  @Test
  @DisplayName(
      "T-6 H-29 a window opened by a deletion is advertised without a segment of the" + " receiver")
  void advertisesTheWindowOfADeletion() {
    LetterEdits.inline()
        .run(
            Opening.of("<mss 500>", "win 1000 <mss 500>", "")
                + """
                c> . 1:602(601) ack 1 "a%s"
                >s . 1:2(1) ack 1 "a"
                >c . 1:1(0) ack 1 win 1600
                """
                    .formatted("d".repeat(600)));
  }

  @Test
  @DisplayName(
      "C-31 RFC 9293 no window is advertised that is larger than a small receiver's buffer")
  void advertisesNoLargerWindowThanTheBuffer() {
    LetterEdits.inline()
        .run(
            Opening.window(1000)
                + """
                c> . 1:602(601) ack 1 "a%s"
                >s . 1:2(1) ack 1 "a"
                at 0.1s
                s> . 1:1(0) ack 2 win 999
                >c . 1:1(0) ack 602 win 999
                """
                    .formatted("d".repeat(600)));
  }

  @Test
  @DisplayName("H-29 a window that opens by little is not advertised (silly window syndrome)")
  void doesNotAdvertiseASmallWindow() {
    LetterEdits.inline()
        .run(
            Opening.window(1000)
                + """
                c> . 1:102(101) ack 1 "a%s"
                >s . 1:2(1) ack 1 "a"
                nothing
                """
                    .formatted("d".repeat(100)));
  }

  @Test
  @DisplayName(
      "T-6 H-29 a zero window that opens by little is advertised: its sender can only probe")
  void advertisesASmallWindowAfterAZeroWindow() {
    String data = "a" + "x".repeat(127);
    TestEngine.inline("a", "b".repeat(200))
        .run(
            Opening.of("win 65535 <mss 1460,wscale 7>", "win 128 <mss 1460,wscale 7>", "win 512")
                + """
                c> . 1:129(128) ack 1 win 512 "%s"
                >s . 1:129(128) ack 1 win 512
                s> . 1:1(0) ack 80 win 1
                >s . 129:208(79) ack 1 win 512
                s> . 1:1(0) ack 208 win 0
                >c . 1:1(0) ack 9 win 1
                c> . 9:129(120) ack 1 win 512 "%s"
                >s . 207:207(0) ack 1 win 512
                >c . 1:1(0) ack 9 win 1
                c> . 9:129(120) ack 1 win 512 "%s"
                >s . 207:207(0) ack 1 win 512
                >c . 1:1(0) ack 129 win 0
                s> . 1:1(0) ack 208 win 1
                >s . 208:328(120) ack 1 win 512
                >c . 1:1(0) ack 129 win 1
                """
                    .formatted(data, data.substring(8), data.substring(8)));
  }

  @ParameterizedTest
  @CsvSource({"4, 536", "6, 1220"})
  @DisplayName("H-29 RFC 9293 without an MSS option the default one counts")
  void assumesTheDefaultMss(int ipVersion, int bytes) {
    Ends ends = ipVersion == 4 ? Ends.IPV4 : Ends.IPV6;
    for (int deleted = bytes - 1; deleted <= bytes; deleted++) {
      boolean updates = deleted == bytes;
      Scripts.of(LetterEdits.inline().engine())
          .between(ends)
          .run(
              Opening.of("", "win 10000", "")
                  + "c> . 1:%d(%d) ack 1 \"a%s\"%n>s . 1:2(1) ack 1 \"a\"%n"
                      .formatted(deleted + 2, deleted + 1, "d".repeat(deleted))
                  + (updates ? ">c . 1:1(0) ack 1 win %d%n".formatted(10_000 + bytes) : ""));
    }
  }
}
