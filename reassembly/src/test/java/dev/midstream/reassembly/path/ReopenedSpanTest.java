package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two engines die. The first one sent octets of which no record is known. The second one opened a
 * span when they came again, and did not get the last one that their receiver has acknowledged.
 */
class ReopenedSpanTest {
  /** Skips nine octets, or as many as the stream has, and puts "T" in after nine. */
  private static LambdaAgent skipping() {
    return LambdaAgent.by(
            (direction, view, out) -> {
              if (view.start() == 9) {
                out.replace(0, Octets.ofText("T"));
              } else if (direction == Direction.CLIENT_TO_SERVER && view.length() > 0) {
                out.skip(view.endOfStream() ? view.length() : 9);
              }
            })
        .exactly();
  }

  private static Script openSpan(Succession engines, String first) {
    Script script = new Script(engines);
    script.run(TestEngine.OPEN);
    engines.lose(script, "c> " + first + "\n>s same\n");
    return script.run(
        """
        s> . 1:1(0) ack 10
        c> P. 1:9(8) ack 1 "S1234567"
        >c . 1:1(0) ack 9
        """);
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_ACK", "ON_CHANGE"})
  @DisplayName("HDP-17 H-43 what the receiver has of a span that was opened again has passed")
  void knowsWhatTheReceiverHas(CommitMode mode) {
    Succession engines = new Succession(TestEngine.inline(skipping()), mode);
    Script script = openSpan(engines, "P. 1:10(9) ack 1 \"S12345678\"");
    engines.takeOver(0);
    script.run(
        """
        s> . 1:1(0) ack 10
        >s . 10:11(1) ack 1 "T"
        >c . 1:1(0) ack 10
        c> P. 9:10(1) ack 1 "8"
        >s . 9:9(0) ack 1
        """);
  }
}
