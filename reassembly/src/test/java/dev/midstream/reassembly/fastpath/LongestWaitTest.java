package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long connections wait for a moment at which no packet waits before the engine. */
class LongestWaitTest {
  private static final int MOST = 64;
  private static final long SETTLED_NANOS = 3_000_000_000L;
  private static final long MILLI_NANOS = 1_000_000;

  private final FastPathModel model = new FastPathModel(8);
  private final Engine engine =
      TestEngine.inline(FastPathTest.editing())
          .fastPath(new FastPathTerms(model, 0, true))
          .engine();

  /** Lets so many connections become settled at the same time. */
  private void settle(int connections) {
    Script script = new Script(new FastPathBox(engine, model), (_, _) -> {});
    int quiet = FastPathTest.SETTLED.indexOf("at 3s");
    for (int port = 1; port <= connections; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(FastPathTest.SETTLED.substring(0, quiet));
    }
    for (int port = 1; port <= connections; port++) {
      script.between(Ends.IPV4.withPorts(port, 80)).run(FastPathTest.SETTLED.substring(quiet));
    }
  }

  private boolean isOverdueAfter(long millis) {
    return engine.fastPath().isOverdue(SETTLED_NANOS + millis * MILLI_NANOS);
  }

  @Test
  @DisplayName("a few connections wait 100 ms, so that nothing that waits is overtaken")
  void waitsLongForAFew() {
    settle(MOST - 1);
    assertThat(isOverdueAfter(99)).isFalse();
    assertThat(isOverdueAfter(100)).isTrue();
  }

  @Test
  @DisplayName("as many as may wait do so for 10 ms only: others have no place")
  void makesRoomForOthers() {
    settle(MOST);
    assertThat(isOverdueAfter(9)).isFalse();
    assertThat(isOverdueAfter(10)).isTrue();
    engine.fastPath().giveWaiting();
    assertThat(isOverdueAfter(100)).isFalse();
  }
}
