package dev.midstream.reassembly;

import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecordedResetTest {
  @Test
  @DisplayName("C-38 C-52 a recorded RST leaves with the new number and a right checksum")
  void completesChecksumOfReset() {
    TestEngine.of(Rules.replace("Hello", "Hi"))
        .open(
            """
            c> P. 1:6(5) ack 1 "Hello"
            >s P. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 3
            c> R. 6:6(0) ack 1 badsum
            >s R. 3:3(0) ack 1
            """);
  }
}
