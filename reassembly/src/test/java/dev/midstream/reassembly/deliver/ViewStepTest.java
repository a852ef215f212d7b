package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How much more each call of an agent shows than the one before. */
class ViewStepTest {
  private final List<Integer> lengths = new ArrayList<>();
  private final Engine engine =
      TestEngine.inline(LambdaAgent.onClient((view, out) -> lengths.add(view.length())))
          .limits(EngineLimits.DEFAULTS.withTotalBytes(40_000))
          .engine();

  /** A connection that holds one octet, beside one that keeps {@code others} octets. */
  private Script beside(int others) {
    Script script = Scripts.of(engine);
    script.between(Ends.IPV6).run(Opening.PLAIN);
    for (int at = 1; at < others; at += 1_000) {
      script.run("c> . %d:%d(1000) ack 1".formatted(at, at + 1_000));
    }
    script.between(Ends.IPV4).run(Opening.PLAIN + "c> . 1:2(1) ack 1");
    lengths.clear();
    return script;
  }

  @Test
  @DisplayName("H-38 C-65 under pressure a call shows one segment more than the one before")
  void growsByOneSegmentUnderPressure() {
    beside(14_000).run("c> . 2:4002(4000) ack 1\nnothing");
    assertThat(lengths).containsExactly(1_461, 2_921, 4_001);
  }

  @Test
  @DisplayName("H-38 without pressure a call shows all that is held")
  void growsByAllThatIsHeld() {
    beside(0).run("c> . 2:4002(4000) ack 1\nnothing");
    assertThat(lengths).containsExactly(4_001);
  }
}
