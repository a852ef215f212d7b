package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Monitored connections: octets are shown, and packets leave unchanged. */
class MonitoredPathTest {

  @Test
  @DisplayName("C-52 C-62 monitored inline, a segment with a wrong checksum is not shown")
  void showsNoDamagedSegment() {
    Engine engine =
        TestEngine.inline("cat", "mouse")
            .mode(Mode.MONITOR)
            .open(
                """
                c> . 1:4(3) ack 1 badsum "cat"
                >s same
                c> . 1:4(3) ack 1 "dog"
                >s same
                """);
    assertThat(engine.counters().edits()).isZero();
  }

  @Test
  @DisplayName("C-62 a monitored connection is followed beyond its first window")
  void followsBeyondTheFirstWindow() {
    Engine engine = TestEngine.inline("cat", "mouse").mode(Mode.MONITOR).engine();
    Script script = new Script(engine, engine::finish).run(TestEngine.OPEN);
    for (int start = 1; start < 100_000; start += 1_000) {
      int end = start + 1_000;
      script.run("c> . " + start + ":" + end + "(1000) ack 1\n>s same\n");
      script.run("s> . 1:1(0) ack " + end + "\n>c same\n");
    }
    script.run("c> . 100001:100004(3) ack 1 \"cat\"\n>s same\n");
    assertThat(engine.counters().edits()).isOne();
  }
}
