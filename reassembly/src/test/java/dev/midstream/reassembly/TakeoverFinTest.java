package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A receiver that acknowledges a FIN before an engine has let it leave. */
class TakeoverFinTest {
  /** The sender repeats the FIN, and its record is committed. */
  private static final String LEAVES =
      """
      at 0.5s
      c> F. 6:6(0) ack 1
      >c . 1:1(0) ack 6
      >s F. 6:6(0) ack 1
      >c . 1:1(0) ack 7
      """;

  /** The octets before the FIN left before the engine died. */
  private static Script tookOver(Succession engines) {
    Script script = new Script(engines);
    script.run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    engines.takeOver(script.nowNanos());
    return script;
  }

  private static Succession passing(CommitMode mode) {
    return new Succession(TestEngine.inline(SimpleAgents.passing()), mode);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_ACK", "ON_CHANGE"})
  @DisplayName("HDP-17 H-31 a FIN that is acknowledged before it comes waits for its record")
  void waitsAfterAnEarlyAcknowledgement(CommitMode mode) {
    Succession engines = passing(mode);
    Script script = tookOver(engines);
    script.run("at 0.1s\ns> . 1:1(0) ack 7\n>c . 1:1(0) ack 6\n");
    engines.stopCommitting();
    script.run("c> F. 6:6(0) ack 1\nnothing\n");
    engines.goOnCommitting();
    script.run(LEAVES);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_ACK", "ON_CHANGE"})
  @DisplayName("HDP-17 H-31 a FIN that is acknowledged while it waits leaves with its record")
  void waitsAfterAnAcknowledgementMeanwhile(CommitMode mode) {
    Succession engines = passing(mode);
    Script script = tookOver(engines);
    script.run("at 0.1s\ns> . 1:1(0) ack 6\n>c same\n");
    engines.stopCommitting();
    script.run("c> F. 6:6(0) ack 1\ns> . 1:1(0) ack 7\nnothing\n");
    engines.goOnCommitting();
    script.run(LEAVES);
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK", "ON_CHANGE"})
  @DisplayName("HDP-18 H-31 the acknowledgement of the last FIN closes without another record")
  void closesWithoutARecordOfTheLastAcknowledgement(CommitMode mode) {
    Succession engines = passing(mode);
    Script script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            c> F. 1:1(0) ack 1
            >s same
            s> F. 1:1(0) ack 2
            >c same
            >c . 1:1(0) ack 2
            """);
    engines.stopCommitting();
    script.run("c> . 2:2(0) ack 2\n>s same\n");
    engines
        .engine()
        .forEachConnection(each -> assertThat(each.state()).isEqualTo(ConnectionState.CLOSING));
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK", "ON_CHANGE"})
  @DisplayName("HDP-17 H-31 the last FIN acknowledges the first one also after a takeover")
  void acknowledgesTheFirstFinWithTheLast(CommitMode mode) {
    Succession engines = passing(mode);
    Script script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            s> F. 1:1(0) ack 1
            >c same
            c> F. 1:1(0) ack 2
            >s F. 1:1(0) ack 2
            >s . 1:1(0) ack 2
            """);
    engines.takeOver(script.nowNanos());
    script.run("at 0.1s\n>s F. 1:1(0) ack 2 win 65534\ns> . 2:2(0) ack 2\n>c same\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK"})
  @DisplayName("HDP-17 H-55 an end that the dead engine may have reset gets no FIN again")
  void repeatsNoFinToAResetEnd(CommitMode mode) {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          SimpleAgents.pass(view, out);
          out.abort(Direction.SERVER_TO_CLIENT, "too large");
        });
    Succession engines = new Succession(TestEngine.inline(agent), mode);
    Script script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            s> F. 1:1(0) ack 1
            >c same
            c> P. 1:2(1) ack 1 "X"
            >s FP. 1:2(1) ack 1 "X"
            >c R. 1:1(0) ack 1
            >c R. 2:2(0) ack 1
            >s . 3:3(0) ack 2
            """);
    engines.takeOver(script.nowNanos());
    script.run(
        """
        at 0.1s
        >s . 0:0(0) ack 1
        >c R. 1:1(0) ack 2
        >c R. 2:2(0) ack 2
        >s F. 2:2(0) ack 2
        """);
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK", "ON_CHANGE"})
  @DisplayName("HDP-17 H-31 an end may close once it is recorded that its FIN was acknowledged")
  void acknowledgesTheLastFinWithItsRecord(CommitMode mode) {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          SimpleAgents.pass(view, out);
          out.finish(Direction.CLIENT_TO_SERVER);
        });
    Succession engines = new Succession(TestEngine.inline(agent), mode);
    Script script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:6(5) ack 1 "Hello"
            """
            + (mode.delaysAcknowledgements()
                ? ">s FP. 1:6(5) ack 1 \"Hello\"\n"
                : ">s F. 6:6(0) ack 1\n>s P. 1:6(5) ack 1 \"Hello\"\n")
            + """
            s> F. 1:1(0) ack 7
            >c F. 1:1(0) ack 6
            >c . 1:1(0) ack 6
            """);
    engines.stopCommitting();
    script.run("at 0.1s\nc> . 6:6(0) ack 2\nnothing\n");
    engines.goOnCommitting();
    script.run(
        """
        at 0.2s
        s> F. 1:1(0) ack 7
        >s . 7:7(0) ack 1
        >s . 7:7(0) ack 2
        """);
  }
}
