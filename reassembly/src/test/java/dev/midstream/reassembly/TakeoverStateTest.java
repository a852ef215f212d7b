package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.NumberingAgent;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine dies, and the agent of another one decides by a state that had changed before. */
class TakeoverStateTest {
  private static final String FIRST =
      TestEngine.OPEN
          + """
          c> P. 1:2(1) ack 1 "a"
          >s P. 1:2(1) ack 1 "0"
          s> . 1:1(0) ack 2
          >c same
          """;

  /** The next engine asks the server what it has. */
  private static final String SECOND =
      """
      c> P. 2:3(1) ack 1 "b"
      >s . 0:0(0) ack 1
      >s P. 2:3(1) ack 1 "1"
      """;

  private Succession engines = new Succession(TestEngine.inline("", ""), CommitMode.STRICT);
  private Script script = new Script(engines);

  private void begin(TestEngine parts, CommitMode mode, String lines) {
    engines = new Succession(parts, mode);
    script = new Script(engines);
    script.run(lines);
  }

  private void begin(Agent<?> agent, CommitMode mode, String lines) {
    begin(TestEngine.inline(agent), mode, lines);
  }

  private void die() {
    engines.takeOver(script.nowNanos());
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"BEFORE_ACK", "STRICT"})
  @DisplayName("the next engine gives its agent the state that the last call returned")
  void givesTheLastState(CommitMode mode) {
    begin(new NumberingAgent(1), mode, FIRST);
    die();
    script.run(SECOND);
  }

  @Test
  @DisplayName("so does the engine after that one, which has written the records again")
  void givesTheLastStateAgain() {
    begin(new NumberingAgent(1), CommitMode.STRICT, FIRST);
    die();
    script.run(SECOND + "s> . 1:1(0) ack 3\n>c . 1:1(0) ack 3\n");
    die();
    script.run("c> P. 3:4(1) ack 1 \"c\"\n>s . 0:0(0) ack 1\n>s P. 3:4(1) ack 1 \"2\"\n");
  }

  @Test
  @DisplayName("a state that is in no record is lost with what it was changed by")
  void givesTheStateOfTheLastRecord() {
    begin(new NumberingAgent(1), CommitMode.STRICT, FIRST);
    engines.lose(script, "c> P. 2:3(1) ack 1 \"b\"\nnothing\n");
    script.run(SECOND);
  }

  @Test
  @DisplayName("a state that changed while nothing was decided is not lost")
  void givesTheStateOfACallWithoutDecisions() {
    begin(
        new NumberingAgent(2),
        CommitMode.STRICT,
        TestEngine.OPEN + "c> P. 1:2(1) ack 1 \"a\"\nnothing\n");
    die();
    script.run("c> P. 1:3(2) ack 1 \"ab\"\n>s . 0:0(0) ack 1\n>s P. 1:2(1) ack 1 \"1\"\n");
  }

  @Test
  @DisplayName("the state of an agent whose connection was parked is not lost")
  void givesTheStateOfParkedConnections() {
    TestEngine parking = TestEngine.inline(new NumberingAgent(1)).parkAfter(1_000_000_000L);
    begin(parking, CommitMode.STRICT, FIRST + "at 2s\n");
    assertThat(Connections.of(engines.engine())).isEmpty();
    die();
    script.run("c> P. 2:3(1) ack 1 \"b\"\n>s . 1:1(0) ack 1\n>s P. 2:3(1) ack 1 \"1\"\n");
  }
}
