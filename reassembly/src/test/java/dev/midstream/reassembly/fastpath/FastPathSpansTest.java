package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.RecallReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an agent skips or leaves is forwarded by the table, after an edit. */
class FastPathSpansTest {
  private final FastPathModel model = new FastPathModel(8);
  private final List<String> views = new ArrayList<>();

  private Engine engine(LambdaAgent agent) {
    FastPathTerms terms = new FastPathTerms(model, 0);
    return TestEngine.inline(agent.recording(views)).fastPath(terms).engine();
  }

  private Script script(Engine engine) {
    return new Script(new FastPathBox(engine, model), engine::finish);
  }

  /** Edits the client's first octets and skips 20; edits what follows them. */
  private static LambdaAgent skipping() {
    return LambdaAgent.by((_, view, out) -> {
      switch (SimpleAgents.text(view)) {
        case "abc" -> {
          out.replace(3, Octets.ofText("ABCDE"));
          out.skip(20);
        }
        case "xyz" -> out.replace(3, Octets.ofText("XYZXYZ"));
        default -> out.skipRest();
      }
    });
  }

  @Test
  @DisplayName("the table forwards a span up to its last octet, then the agent sees what follows")
  void showsWhatFollowsASpan() {
    Engine engine = engine(skipping());
    Script script = script(engine);
    script.run(FastPathTest.SETTLED);
    assertThat(views).containsExactly("abc", "ok");
    assertThat(engine.fastPath().connections()).isEqualTo(1);
    long before = model.packets(RecallReason.NONE);
    script.run(
        """
        c> . 9:23(14) ack 3 <nop,nop,TS 105/503>
        >s . 11:25(14) ack 3
        s> . 3:3(0) ack 25 <nop,nop,TS 504/105>
        >c . 3:3(0) ack 23
        """);
    assertThat(model.packets(RecallReason.NONE)).isEqualTo(before + 2);
    assertThat(views).containsExactly("abc", "ok");
    script.run(
        """
        c> P. 23:27(4) ack 3 <nop,nop,TS 106/504> "-xyz"
        >s P. 25:32(7) ack 3 "-XYZXYZ"
        s> . 3:3(0) ack 32 <nop,nop,TS 505/106>
        >c . 3:3(0) ack 27
        """);
    assertThat(model.packets(RecallReason.NONE)).isEqualTo(before + 2);
    assertThat(engine.fastPath().tally().recalls(RecallReason.BEYOND_EDGE)).isPositive();
    assertThat(views).containsExactly("abc", "ok", "xyz");
  }

  @Test
  @DisplayName("a connection that its agent has left after an edit is forwarded by the table")
  void forwardsADetachedConnection() {
    LambdaAgent leaving =
        LambdaAgent.by((_, _, out) -> {
          out.replace(3, Octets.ofText("ABCDE"));
          out.detach();
        });
    Engine engine = engine(leaving);
    Script script = script(engine);
    script.run(FastPathTest.SETTLED);
    assertThat(engine.fastPath().connections()).isEqualTo(1);
    assertThat(model.size()).isEqualTo(2);
    long before = model.packets(RecallReason.NONE);
    script.run(
        """
        c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
        >s . 11:21(10) ack 3
        s> . 3:13(10) ack 21 <nop,nop,TS 504/105>
        >c . 3:13(10) ack 19
        """);
    assertThat(model.packets(RecallReason.NONE)).isEqualTo(before + 2);
    assertThat(views).containsExactly("abc");
  }
}
