package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.CompleteScan;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reasons that an agent counts have the agent's name, and a denial is counted for all agents. */
class AgentReasonsTest {
  private static final AgentReason DENIED =
      new AgentReason("denied-command", "a command that is not allowed", Consequence.DENIED);
  private static final AgentReason ODD =
      new AgentReason("odd-line", "a line that is not understood", Consequence.LEFT_ALONE);

  /** Denies "D" with an answer, counts "?" and passes it, and passes all other letters. */
  private static LambdaAgent counting() {
    return LambdaAgent.onClient((view, out) -> {
      for (char letter : SimpleAgents.text(view).toCharArray()) {
        if (letter == 'D') {
          out.replace(1, Octets.empty());
          out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no"));
          out.count(DENIED, "not allowed");
        } else {
          out.pass(1);
        }
        if (letter == '?') {
          out.count(ODD, "not understood");
        }
      }
    });
  }

  private static EngineStatus status(Engine engine) {
    return CompleteScan.of(engine.scanStatus(1), 0);
  }

  @Test
  @DisplayName("C-61 a denial is counted by the agent's name and code, and as agent-denied")
  void countsByNameAndCode() {
    TestEngine test = TestEngine.inline(counting()).reasons(DENIED, ODD);
    Engine engine =
        test.open(
            """
            c> P. 1:5(4) ack 1 "aD?D"
            >s P. 1:3(2) ack 1 "a?"
            >c P. 1:5(4) ack 1 "nono"
            """);
    assertThat(test.eventTexts())
        .containsExactly(
            "test.denied-command: not allowed",
            "test.odd-line: not understood",
            "test.denied-command: not allowed");
    Map<String, Long> counts =
        Map.of("test.denied-command", 2L, "test.odd-line", 1L, "agent-denied", 2L);
    assertThat(status(engine).reasons()).containsAllEntriesOf(counts);
    assertThat(status(engine).recent().getFirst().reasons()).containsAllEntriesOf(counts);
  }

  @Test
  @DisplayName("C-62 in monitor mode the same reasons are counted, and nothing changes")
  void countsInMonitorMode() {
    TestEngine test = TestEngine.inline(counting()).reasons(DENIED, ODD).mode(Mode.MONITOR);
    Engine engine =
        test.open(
            """
            c> P. 1:5(4) ack 1 "aD?D"
            >s same
            """);
    assertThat(engine.counters().of(Reason.AGENT_DENIED)).isEqualTo(2);
    assertThat(test.eventTexts()).hasSize(3);
  }

  @Test
  @DisplayName("C-20 a reason that is not declared makes the call fail; nothing of it is counted")
  void refusesUndeclaredReasons() {
    TestEngine test = TestEngine.inline(counting()).reasons(DENIED);
    Engine engine =
        test.open(
            """
            c> P. 1:4(3) ack 1 "D?a"
            >s same
            """);
    assertThat(test.eventTexts())
        .singleElement()
        .asString()
        .endsWith(" why=count of a reason that the provider does not declare, code=odd-line");
    assertThat(engine.counters().of(Reason.AGENT_DENIED)).isZero();
    assertThat(engine.counters().byCode()).isEqualTo(Map.of("agent-failed", 1L));
  }
}
