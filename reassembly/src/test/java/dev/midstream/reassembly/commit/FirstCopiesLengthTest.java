package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The length of the essential state with and without the octets that passed. */
class FirstCopiesLengthTest {
  /** The length of the essential state with {@code edits} segments of 1,400 octets in flight. */
  private static int essentialBytes(FirstCopies which, int edits) {
    Succession engines =
        new Succession(
            TestEngine.inline("Good morning", "Good evening"), CommitMode.ON_CHANGE, which);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN);
    String passed = "a".repeat(1_388);
    for (int i = 0; i < edits; i++) {
      int at = 1 + 1_400 * i;
      script.run(
          """
          c> . %d:%d(1400) ack 1 "Good morning%s"
          >s . %d:%d(1400) ack 1 "Good evening%s"
          """
              .formatted(at, at + 1_400, passed, at, at + 1_400, passed));
    }
    StateWriter out = new StateWriter();
    engines
        .engine()
        .forEachConnection(each -> engines.engine().moves().writeEssential(each, out, 0));
    return out.length();
  }

  @Test
  @DisplayName("HDP-17 without what passed, edits in flight take their octets and a few more")
  void takesFewOctetsWithoutWhatPassed() {
    int idle = essentialBytes(FirstCopies.COMMANDS, 0);
    assertThat(essentialBytes(FirstCopies.COMMANDS, 10) - idle).isBetween(10 * 12, 220);
    assertThat(essentialBytes(FirstCopies.COMMANDS, 46) - idle).isBetween(46 * 12, 900);
    assertThat(essentialBytes(FirstCopies.ALL, 46) - idle).isBetween(64_400, 65_200);
  }
}
