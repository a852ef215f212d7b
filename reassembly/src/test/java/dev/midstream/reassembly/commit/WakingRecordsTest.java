package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Directions that wake each other, and records of the agent's state. */
class WakingRecordsTest {
  private static final long DELAY_NANOS = 10_000_000;

  private int calls;

  /** Each call changes the state, which is recorded; a commit that led to calls led to another. */
  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-17 the commit of a state that each call changes leads to no call")
  void callsNoAgentBecauseOfItsOwnRecord(CommitMode mode) {
    LambdaAgent waiting =
        LambdaAgent.withState((state, direction, view, out) -> {
          calls++;
          return state + 1;
        });
    LateCommitsBox box = new LateCommitsBox(TestEngine.inline(waiting), mode, DELAY_NANOS);
    Script script = new Script(box);
    script.run(Opening.recorded(mode) + "at 0.1s\n");
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\n");
    int before = calls;
    script.run("s> P. 1:6(5) ack 1 \"Hello\"\n");
    assertThat(calls).isGreaterThan(before).isLessThan(before + 20);
    int after = calls;
    script.run("at 0.111s\nat 0.119s\n");
    assertThat(calls).as("without a packet").isEqualTo(after);
  }
}
