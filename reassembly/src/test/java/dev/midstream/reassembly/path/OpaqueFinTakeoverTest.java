package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Engines die while both ends close, and one FIN is taken for an octet of an opaque span. */
class OpaqueFinTakeoverTest {
  private final Succession engines =
      new Succession(TestEngine.inline(skippingRest()), CommitMode.BEFORE_ACK);
  private final Script script = new Script(engines);

  /** Wants to see nothing after the first octets of the client. */
  private static LambdaAgent skippingRest() {
    return LambdaAgent.by(
            (direction, view, out) -> {
              if (direction == Direction.CLIENT_TO_SERVER) {
                out.skipRest();
              } else {
                SimpleAgents.pass(view, out);
              }
            })
        .exactly();
  }

  @Test
  @DisplayName("C-71 before-ack: an end is not told yet that its FIN came, taken for an octet")
  void keepsBackTheAckOfWhatMayBeAFin() {
    script.run(TestEngine.OPEN);
    script.run("c> P. 1:2(1) ack 1 \"S\"\n>s same\ns> . 1:1(0) ack 2\n>c same\n");
    engines.stopCommitting();
    script.run("s> F. 1:1(0) ack 2\n>c F. 1:1(0) ack 2\n");
    script.run("c> F. 2:2(0) ack 2\n>s F. 2:2(0) ack 1\n");
    engines.takeOver(0);
    script.run(
        """
        s> . 2:2(0) ack 3
        >c . 1:1(0) ack 2
        at 0.2s
        s> F. 1:1(0) ack 3
        >c . 0:0(0) ack 2
        c> F. 2:2(0) ack 2
        >s F. 2:2(0) ack 1
        at 3s
        >s . 2:2(0) ack 1
        >c . 0:0(0) ack 2
        s> . 2:2(0) ack 3
        c> . 3:3(0) ack 2
        >c . 2:2(0) ack 3
        >s . 3:3(0) ack 2
        """);
  }

  @Test
  @DisplayName("C-71 before-ack: nor is it where a record has that FIN as an octet")
  void keepsBackTheAckOfARecordedFin() {
    script.run(TestEngine.OPEN);
    script.run("c> P. 1:2(1) ack 1 \"S\"\n>s same\ns> . 1:1(0) ack 2\n>c same\n");
    engines.stopCommitting();
    script.run("s> P. 1:3(2) ack 2 \"yy\"\n>c same\ns> F. 3:3(0) ack 2\n>c same\n");
    script.run("c> F. 2:2(0) ack 4\n>s F. 2:2(0) ack 1\n");
    engines.takeOver(0);
    script.run(
        """
        s> . 4:4(0) ack 3
        >c . 1:1(0) ack 2
        at 0.2s
        s> P. 1:3(2) ack 3 "yy"
        >c . 0:0(0) ack 2
        c> . 3:3(0) ack 4
        at 3.1s
        >s . 2:2(0) ack 1
        >c . 0:0(0) ack 2
        s> . 4:4(0) ack 3
        c> . 3:3(0) ack 4
        >s . 3:3(0) ack 3
        """);
    engines.stopCommitting();
    engines.takeOver(3_200_000_000L);
    script.run(
        """
        at 3.2s
        s> F. 3:3(0) ack 3
        >c . 3:3(0) ack 2
        """);
  }
}
