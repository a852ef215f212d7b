package dev.midstream.reassembly.path;

import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine dies while all further octets are opaque, and their receiver says what it has. */
class EndlessSpanTakeoverTest {
  private static final LambdaAgent AGENT = LambdaAgent.by((direction, view, out) -> out.skipRest());

  private static Script tookOver(CommitMode mode) {
    Succession engines = new Succession(TestEngine.inline(AGENT), mode);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    engines.takeOver(script.nowNanos());
    return script;
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK"})
  @DisplayName("HDP-17 H-31 H-43 2^30 octets may have passed since the last record")
  void believesWhatMayHavePassed(CommitMode mode) {
    Script script = tookOver(mode);
    script.run("at 0.1s\ns> . 1:1(0) ack 1073741830\n>c same\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"STRICT", "BEFORE_ACK"})
  @DisplayName(
      "HDP-17 H-31 H-43 no engine has let more pass: an acknowledgement of that is refused")
  void refusesWhatCannotHavePassed(CommitMode mode) {
    Script script = tookOver(mode);
    script.run(
        """
        at 0.1s
        s> . 1:1(0) ack 1073741831
        nothing
        s> . 1:1(0) ack 6
        >c same
        """);
  }
}
