package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestLimits;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The traps of limits. */
class MemoryBudgetTest {
  @Test
  @DisplayName("H-39 C-63 junk before a line's end gets nobody past the agent: reset by default")
  void junkIsNoWayAroundTheAgent() {
    assertThat(Policies.DEFAULTS.onHoldLimit()).isEqualTo(OnFailure.RESET);
    Engine engine =
        TestEngine.inline(LineAgents.passing().maxHold(4))
            .open(
                """
                c> . 1:5(4) ack 1 "junk"
                at 0.2s
                >c . 1:1(0) ack 5
                c> P. 5:10(5) ack 1 "DENY\\n"
                >s P. 1:10(9) ack 1 "junkDENY\\n"
                c> . 10:15(5) ack 1 "junk!"
                >s R. 1:1(0) ack 1
                >s R. 10:10(0) ack 1
                >c R. 1:1(0) ack 5
                s> . 1:1(0) ack 10
                >s R 10:10(0)
                c> P. 15:20(5) ack 1 "DENY\\n"
                >c R 1:1(0)
                """);
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isOne();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName(
      "H-39 C-65 what is held while nothing more finds room is acknowledged, and given up in the"
          + " end")
  void heldWithoutRoomIsGivenUp() {
    TestEngine ends =
        TestEngine.inline(LineAgents.passing()).limits(new TestLimits().totalBytes(100));
    Engine engine =
        ends.open(
            """
            c> . 1:1461(1460) ack 1
            c> . 1461:1462(1) ack 1
            at 0.2s
            >c . 1:1(0) ack 1462
            c> . 1462:1562(100) ack 1
            >c . 1:1(0) ack 1462
            at 60s
            c> . 1462:1562(100) ack 1
            >c . 1:1(0) ack 1462
            at 101s
            c> . 1462:1562(100) ack 1
            >s R. 1:1(0) ack 1
            >c R. 1:1(0) ack 1462
            """);
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isEqualTo(3);
    assertThat(ends.events()).contains(Reason.HOLD_LIMIT);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Vantage.class)
  @DisplayName("H-39 C-65 what is only monitored is looked at no more when the total is used up")
  void monitorsWithinTheTotal(Vantage vantage) {
    Engine engine =
        TestEngine.of(LineAgents.passing())
            .mode(Mode.MONITOR)
            .vantage(vantage)
            .limits(new TestLimits().totalBytes(20_000))
            .engine();
    Script script = new Script(engine);
    for (int port = 1; port <= 50; port++) {
      script
          .between(Ends.IPV4.withPorts(port, 80))
          .run(TestEngine.OPEN + "c> . 1:1001(1000) ack 1\n>s same");
      assertThat(engine.budget().usedBytes()).isLessThanOrEqualTo(20_000);
    }
    assertThat(engine.budget().usedBytes()).isPositive();
    assertThat(engine.counters().of(Reason.TOTAL_LIMIT)).isPositive();
  }
}
