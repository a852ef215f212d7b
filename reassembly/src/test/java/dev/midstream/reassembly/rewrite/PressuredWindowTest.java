package dev.midstream.reassembly.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.Unmoved;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The window of a stream whose engine is under memory pressure because of another one. */
class PressuredWindowTest {

  @Test
  @Unmoved("chunks of moved octets are filled anew, which leaves other spare memory")
  @DisplayName("H-38 C-65 under pressure the edge goes as far as the share of the stream allows")
  void stopsAtTheShare() {
    advertise(40_000, 14, ">c . 1:1(0) ack 101 win 7080");
  }

  @Test
  @DisplayName("H-38 C-65 under pressure the edge leaves room for one segment after what is held")
  void leavesRoomForOneSegment() {
    advertise(12_000, 2, ">c . 1:1(0) ack 101 win 2560");
  }

  /** Another stream keeps {@code others} times 1,000 octets of {@code totalBytes}. */
  private static void advertise(long totalBytes, int others, String expected) {
    Engine engine =
        TestEngine.inline(SimpleAgents.passing())
            .limits(EngineLimits.DEFAULTS.withTotalBytes(totalBytes))
            .engine();
    Script script = Scripts.of(engine);
    script.between(Ends.IPV6).run(Opening.window(2_000));
    script.between(Ends.IPV4).run(Opening.PLAIN);
    for (int i = 0; i < others; i++) {
      int at = 1 + 1_000 * i;
      script.run("c> . %d:%d(1000) ack 1\n>s same\n".formatted(at, at + 1_000));
    }
    script
        .between(Ends.IPV6)
        .run(
            """
            c> . 1:1201(1200) ack 1
            >s same
            s> . 1:1(0) ack 101 win 65535
            """
                + expected);
    assertThat(engine.budget().isUnderPressure()).isTrue();
  }
}
