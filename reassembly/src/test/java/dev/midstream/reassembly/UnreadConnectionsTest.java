package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine inherits a connection, and ends before it has read it. */
class UnreadConnectionsTest {
  private final Succession engines =
      new Succession(TestEngine.inline("Hello", "Hi"), CommitMode.STRICT);
  private final Script script =
      new Script(engines, (nowNanos, out) -> engines.engine().leave(nowNanos, out));

  @BeforeEach
  void inherit() {
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:6(5) ack 1 "Hello"
            >s P. 1:3(2) ack 1 "Hi"
            s> . 1:1(0) ack 3
            >c . 1:1(0) ack 6
            """);
    engines.takeOver(0);
    assertThat(engines.engine().inheritedConnections()).isOne();
  }

  private static void requireForgotten(Engine engine) {
    assertThat(engine.inheritedConnections()).isZero();
    assertThat(engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 it hands the connection over, and has it no more")
  void handsItOver() {
    Engine second = engines.engine();
    engines.handOver(0);
    requireForgotten(second);
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        >s P. 3:5(2) ack 1 "Hi"
        """);
  }

  @Test
  @DisplayName("HDP-17 the connection goes on elsewhere: it has it no more")
  void releasesIt() {
    engines.engine().moves().releaseAll();
    requireForgotten(engines.engine());
  }

  @Test
  @DisplayName("HDP-17 it leaves, and resets both ends, because their numbers do not match")
  void resetsItsEnds() {
    script.run("end\n>s R. 1:1(0) ack 1\n>s R. 3:3(0) ack 1\n>c R. 1:1(0) ack 1\n");
  }
}
