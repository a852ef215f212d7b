package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestLimits;
import dev.midstream.testkit.agent.LambdaAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What happens when one direction has as many commands as it may have. */
class CommandLimitTest {

  /** Deletes every octet, each by a command of its own. */
  private static LambdaAgent erasing() {
    return LambdaAgent.by((direction, view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        out.replace(1, Octets.empty());
      }
    });
  }

  @Test
  @DisplayName("C-64 C-18 a stream that is deleted whole never has too many commands")
  void deletesMoreThanTheCeiling() {
    Engine engine =
        TestEngine.of(erasing())
            .limits(new TestLimits().commands(4))
            .open(
                """
                c> . 1:5(4) ack 1
                s> . 1:1(0) ack 5
                c> . 5:9(4) ack 1
                s> . 1:1(0) ack 9
                c> F. 9:10(1) ack 1
                >s F. 1:1(0) ack 1
                s> . 1:1(0) ack 11
                >c . 1:1(0) ack 2
                end
                nothing
                """);

    assertThat(engine.counters().edits()).isEqualTo(9);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isZero();
  }
}
