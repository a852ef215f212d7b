package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
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

  @Test
  @DisplayName("H-30 an old acknowledgement takes no window back once all is acknowledged")
  void takesNoWindowBackOnceAllIsAcknowledged() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              SimpleAgents.pass(view, out);
              if (direction == Direction.SERVER_TO_CLIENT) {
                out.finish(direction);
              }
            }))
        .open(
            """
            s> P. 1:4(3) ack 1 "abc"
            >c FP. 1:4(3) ack 1 "abc"
            c> P. 1:2(1) ack 5 "x"
            >s P. 1:2(1) ack 4 "x"
            c> . 2:2(0) ack 3 win 0
            s> . 4:7(3) ack 2 "def"
            >c . 5:5(0) ack 2
            >s . 2:2(0) ack 7 win 65535
            """);
  }
}
