package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.RecallReason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The timers of connections whose segments the engine does not see. */
class FastPathTimersTest {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final String PASSING =
      """
      c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
      >s . 11:21(10) ack 3
      s> . 3:13(10) ack 21 <nop,nop,TS 504/105>
      >c . 3:13(10) ack 19
      """;

  private final FastPathModel model = new FastPathModel(8);
  private final Engine engine =
      TestEngine.inline(FastPathTest.editing())
          .established(20 * SECOND_NANOS)
          .fastPath(new FastPathTerms(model, 0))
          .engine();
  private final Script script = new Script(new FastPathBox(engine, model), engine::finish);

  @Test
  @DisplayName("one that the kernel forwards is looked at when it is due, and every 10 s then")
  void looksAtActiveOnes() {
    script.run(FastPathTest.SETTLED + "at 4s\n" + PASSING);
    assertGiven(5); // a time from before it was given away
    script.run("at 5s\n");
    assertGiven(15);
    assertThat(Connections.only(engine).seen().lastNanos()).isEqualTo(4 * SECOND_NANOS);
    script.run("at 14.9s\n" + PASSING + "at 15s\n");
    assertGiven(25);
    script.run("at 24.9s\n");
    assertGiven(25);
  }

  /** It is given away, and looked at next in {@code seconds}. */
  private void assertGiven(long seconds) {
    assertThat(engine.fastPath().connections()).isEqualTo(1);
    assertThat(engine.fastPath().tally().recalls(RecallReason.NONE)).isZero();
    assertThat(engine.nextDeadlineNanos()).isEqualTo(seconds * SECOND_NANOS);
  }

  @Test
  @DisplayName("one that was silent since the last look is taken back, and probed when it is due")
  void takesSilentOnesBack() {
    script.run(FastPathTest.SETTLED + "at 4s\n" + PASSING + "at 5s\n");
    assertGiven(15);
    script.run("at 15s\n");
    assertThat(engine.fastPath().connections()).isZero();
    assertThat(engine.fastPath().tally().recalls(RecallReason.NONE)).isEqualTo(1);
    assertThat(model.size()).isZero();
    assertThat(engine.nextDeadlineNanos()).isEqualTo(24 * SECOND_NANOS);
    script.run(
        """
        at 24s
        >s . 20:20(0) ack 3
        >c . 2:2(0) ack 19
        """);
  }
}
