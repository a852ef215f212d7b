package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A direction at its limit of commands. */
class CommandLimitTest {

  /** Deletes every octet by a command of its own. */
  private static LambdaAgent erasing() {
    return LambdaAgent.by((direction, view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        out.replace(1, Octets.empty());
      }
    });
  }

  @Test
  @DisplayName("C-64 C-18 a stream that is deleted completely never reaches the command limit")
  void deletesMoreThanTheCommandLimit() {
    Engine engine =
        TestEngine.of(erasing())
            .limits(EngineLimits.DEFAULTS.withCommands(4))
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

  @Test
  @DisplayName("C-64 law 1 inline, the command limit stops the window and never ends editing")
  void closesTheWindowAtTheCommandLimit() {
    Engine engine =
        TestEngine.inline("x", "y")
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(60).withCommands(1))
            .run(
                TestEngine.OPEN.replace(">c same", ">c S. 0:0(0) ack 1 win 60")
                    + """
                    c> . 1:3(2) ack 1 "xa"
                    >s . 1:3(2) ack 1 "ya"
                    c> . 3:23(20) ack 1 "xxxxxxxxxxxxxxxxxxxx"
                    c> . 23:43(20) ack 1 "xxxxxxxxxxxxxxxxxxxx"
                    at 0.2s
                    >c . 1:1(0) ack 43
                    s> . 1:1(0) ack 3 win 1000
                    >s . 3:43(40) ack 1 "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
                    """);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("C-64 law 11 deletions free their commands without an acknowledgement")
  void deletionsFreeCommandsWithoutAnAcknowledgement() {
    TestEngine.inline("x", "")
        .limits(EngineLimits.DEFAULTS.withCommands(2))
        .open(
            """
            c> . 1:4(3) ack 1 "xxx"
            >c . 1:1(0) ack 4
            c> FP. 4:6(2) ack 1 "xx"
            >s FP. 1:1(0) ack 1
            >c . 1:1(0) ack 6
            """);
  }

  @Test
  @DisplayName("C-64 without acknowledgements the octets not shown are limited")
  void limitsOctetsNotShown() {
    Engine engine =
        TestEngine.of("b", "BB")
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(100).withCommands(1))
            .open(
                """
                c> . 1:2(1) ack 1 "b"
                >s . 1:3(2) ack 1 "BB"
                c> . 2:62(60) ack 1
                c> . 62:102(40) ack 1
                c> . 102:103(1) ack 1
                >s . 3:104(101) ack 1
                """);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("C-64 at the command limit the end of stream waits, and no hold limit is counted")
  void endOfStreamWaitsAtTheCommandLimit() {
    Engine engine =
        TestEngine.of("a", "")
            .limits(EngineLimits.DEFAULTS.withCommands(1))
            .open("c> F. 1:3(2) ack 1 \"ba\"\n>s F. 1:2(1) ack 1 \"b\"");
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }
}
