package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Engines die while an end closes whose FIN lies in an opaque span. */
class OpaqueFinTakeoverTest {
  /** Wants to see nothing of the client after its first octet. */
  private static LambdaAgent skipping() {
    return LambdaAgent.by((direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER) {
        out.skipRest();
      } else {
        SimpleAgents.pass(view, out);
      }
    });
  }

  /** Wants to see nothing of the client after its first octet, and answers the server. */
  private static LambdaAgent answering() {
    return LambdaAgent.by((direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER) {
        out.skipRest();
      } else if (view.length() > 0) {
        SimpleAgents.pass(view, out);
        out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("no"));
      }
    });
  }

  /** Another engine goes on, without a record of the client's FIN. */
  private static Script loseFin(LambdaAgent agent, CommitMode mode) {
    Succession engines = new Succession(TestEngine.inline(agent), mode);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN);
    script.run("c> P. 1:2(1) ack 1 \"S\"\n>s same\ns> . 1:1(0) ack 2\n>c same\n");
    engines.lose(script, "c> FP. 2:5(3) ack 1 \"end\"\n>s P. 2:5(3) ack 1 \"end\"\n");
    return script;
  }

  @Test
  @DisplayName("HDP-17 H-43 on-change: a FIN of a span waits for its record: no reply follows it")
  void putsNoReplyInAfterAFin() {
    loseFin(answering(), CommitMode.ON_CHANGE)
        .run(
            """
            at 0.1s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 1
            s> . 1:1(0) ack 5
            >c same
            c> F. 5:5(0) ack 1
            >s same
            s> P. 1:2(1) ack 6 "x"
            >c same
            nothing
            """);
  }

  @Test
  @DisplayName("HDP-17 H-43 before-ack: a FIN of a span waits for its record, and its ACK with it")
  void keepsBackAFinUntilItIsRecorded() {
    loseFin(skipping().exactly(), CommitMode.BEFORE_ACK)
        .run(
            """
            s> . 1:1(0) ack 5
            >c same
            c> F. 5:5(0) ack 1
            >s same
            s> . 1:1(0) ack 6
            >c same
            """);
  }
}
