package dev.midstream.reassembly.endpoint;

import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The timestamps of silent ends in segments that the engine sends in their names. */
class SilentClockTest {

  @Test
  @DisplayName("ACK-2 H-1 law 4 the timestamp of a silent end goes on if it counts microseconds")
  void advancesTheTimestampOfASilentEnd() {
    TestEngine.inline("x", "")
        .run(
            Opening.stamped(2000000000, 90, 2000000001)
                + """
                at 0.2s
                c> . 1:2(1) ack 1 <TS 2000200000/90> "a"
                >s same
                s> . 1:1(0) ack 2 <TS 91/2000200000>
                >c same
                at 0.3s
                s> . 1:2(1) ack 2 <TS 92/2000200000> "x"
                >s . 2:2(0) ack 2 <TS 2000200000/92>
                at 3000.2s
                s> . 2:3(1) ack 2 <TS 93/2000200000> "x"
                >s . 2:2(0) ack 3 <TS 704400282/93>
                c> . 2:3(1) ack 1 <TS 705332704/92> "b"
                >s . 2:3(1) ack 3 <TS 705332704/92> "b"
                """);
  }

  @Test
  @DisplayName("ACK-2 law 4 the timestamp of a silent end stays if its SYN-ACK was only delayed")
  void keepsTheTimestampAfterADelay() {
    TestEngine.inline("x", "")
        .run(
            Opening.stamped(10, 90, 11)
                + """
                at 0.001s
                s> . 1:1(0) ack 1 <TS 114/10>
                >c same
                at 0.2s
                c> . 1:2(1) ack 1 <TS 110/114> "x"
                >c . 1:1(0) ack 2 <TS 114/110>
                """);
  }

  @Test
  @DisplayName("ACK-2 law 4 the timestamp of a silent end stays if a segment was late by 120 s")
  void keepsTheTimestampAfterALongDelay() {
    TestEngine.inline("x", "")
        .run(
            Opening.stamped(10, 90, 11)
                + """
                at 0.1s
                s> . 1:1(0) ack 1 <TS 120090/10>
                >c same
                at 0.3s
                c> . 1:2(1) ack 1 <TS 110/90> "x"
                >c . 1:1(0) ack 2 <TS 120090/110>
                """);
  }

  @Test
  @DisplayName("ACK-2 the timestamp of a silent end stays if it counts milliseconds")
  void keepsTheTimestampOfASlowClock() {
    TestEngine.inline("x", "")
        .run(
            Opening.stamped(10, 90, 11)
                + """
                at 0.1s
                c> . 1:2(1) ack 1 <TS 110/90> "a"
                >s same
                s> . 1:1(0) ack 2 <TS 91/110>
                >c same
                at 3000.1s
                s> . 1:2(1) ack 2 <TS 93/110> "x"
                >s . 2:2(0) ack 2 <TS 110/93>
                """);
  }
}
