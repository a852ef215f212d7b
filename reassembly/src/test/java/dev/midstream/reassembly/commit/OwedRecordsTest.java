package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The last record of a connection tells whether its ends are owed something. */
class OwedRecordsTest {
  private static final int OWED = 0x80;

  private static boolean isOwed(LambdaAgent agent, CommitMode mode, String lines) {
    Succession engines = new Succession(TestEngine.inline(agent), mode);
    new Script(engines).run(TestEngine.OPEN + lines);
    return (engines.log().record(engines.log().appended())[0] & OWED) != 0;
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK", "ON_CHANGE"})
  @DisplayName("HDP-17 half a command that goes into custody is owed to the receiver")
  void marksCustody(CommitMode mode) {
    String lines =
        """
        c> P. 1:5(4) ack 1 "QUIT"
        at 0.3s
        >c . 1:1(0) ack 5
        """;
    assertThat(isOwed(LineAgents.passing(), mode, lines)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK"})
  @DisplayName("HDP-17 a FIN of the engine is owed to the receiver")
  void marksAnOwnFin(CommitMode mode) {
    LambdaAgent finishing =
        LambdaAgent.by((direction, view, out) -> {
          SimpleAgents.pass(view, out);
          out.finish(direction);
        });
    String lines =
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s FP. 1:6(5) ack 1 "Hello"
        """;
    assertThat(isOwed(finishing, mode, lines)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK", "ON_CHANGE"})
  @DisplayName("HDP-17 nothing is owed for octets that their sender sends again")
  void marksNothingElse(CommitMode mode) {
    String lines =
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s same
        """;
    assertThat(isOwed(SimpleAgents.passing(), mode, lines)).isFalse();
  }
}
