package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine dies, and the receiver of opaque octets acknowledges the end of their span. */
class OpaqueEndTakeoverTest {
  private final List<String> views = new ArrayList<>();
  private final LambdaAgent agent = SimpleAgents.skipping().recording(views);
  private final Succession engines = new Succession(TestEngine.inline(agent), CommitMode.ON_CHANGE);
  private final Script script = new Script(engines);

  @BeforeEach
  void begin() {
    script.run(TestEngine.OPEN);
    script.run("c> P. 1:6(5) ack 1 \"S1234\"\n>s same\n");
    engines.stopCommitting();
  }

  @Test
  @DisplayName("HDP-17 H-43 a FIN in the place of the last octet of a span waits for its record")
  void keepsBackAFinAtTheLastOctet() {
    script.run("c> FP. 6:9(3) ack 1 \"567\"\n>s P. 6:9(3) ack 1 \"567\"\n");
    engines.takeOver(0);
    views.clear();
    script.run(
        """
        s> . 1:1(0) ack 9
        >c same
        c> F. 9:9(0) ack 1
        >s same
        s> . 1:1(0) ack 10
        >c same
        """);
    assertThat(views).isEmpty();
    assertThat(isFinAcknowledged()).isTrue();
  }

  @Test
  @DisplayName("HDP-17 H-43 the last octet of a span that the receiver acknowledges is no FIN")
  void knowsTheLastOctet() {
    script.run("c> P. 6:10(4) ack 1 \"5678\"\n>s same\n");
    engines.takeOver(0);
    script.run(
        """
        s> . 1:1(0) ack 10
        >c same
        c> P. 10:11(1) ack 1 "x"
        >s P. 10:12(2) ack 1 "yy"
        s> . 1:1(0) ack 12
        >c . 1:1(0) ack 11
        """);
  }

  @Test
  @DisplayName("HDP-17 H-43 a FIN after a span waits for its record")
  void keepsBackAFinAfterTheSpan() {
    script.run("c> FP. 6:10(4) ack 1 \"5678\"\n>s P. 6:10(4) ack 1 \"5678\"\n");
    engines.takeOver(0);
    script.run(
        """
        s> . 1:1(0) ack 10
        >c same
        c> F. 10:10(0) ack 1
        >s same
        s> . 1:1(0) ack 11
        >c same
        """);
    assertThat(isFinAcknowledged()).isTrue();
  }

  @Test
  @DisplayName("HDP-17 H-43 an octet within a span that is acknowledged may come again")
  void passesAnOctetWithinAgain() {
    script.run("c> P. 6:9(3) ack 1 \"567\"\n>s same\n");
    engines.takeOver(0);
    script.run(
        """
        s> . 1:1(0) ack 9
        >c same
        c> P. 6:9(3) ack 1 "567"
        >s same
        s> . 1:1(0) ack 9
        >c same
        """);
  }

  @Test
  @DisplayName("HDP-17 H-43 a keep-alive has the number before an octet that was acknowledged")
  void takesAKeepAliveForNoNextNumber() {
    script.run("c> P. 6:9(3) ack 1 \"567\"\n>s same\n");
    engines.takeOver(0);
    script.run(
        """
        s> . 1:1(0) ack 9
        >c same
        at 4s
        c> . 8:8(0) ack 1
        >s same
        s> . 1:1(0) ack 9
        >c same
        c> . 8:8(0) ack 1
        >s same
        s> . 1:1(0) ack 9
        >c same
        """);
  }

  private boolean isFinAcknowledged() {
    return Connections.client(engines.engine()).isFinAcknowledged();
  }
}
