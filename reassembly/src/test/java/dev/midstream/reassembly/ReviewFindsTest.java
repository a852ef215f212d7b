package dev.midstream.reassembly;

import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.TestEngine;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a review of the engine has found. */
class ReviewFindsTest {

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-67 the hold time of octets that the receiver has acknowledged is over")
  void endsTheHoldTimeOfAcknowledgedOctets(Vantage vantage) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> TestEngine.of("cat", "dog")
            .vantage(vantage)
            .midStream(MidStream.PICK_UP)
            .run(
                """
                s> . 1001:1003(2) ack 1 "ca"
                >c . 1001:1001(0) ack 1
                c> . 1:1(0) ack 2001
                >s same
                s> . 2101:2104(3) ack 1 "cat"
                at 2s
                """));
  }
}
