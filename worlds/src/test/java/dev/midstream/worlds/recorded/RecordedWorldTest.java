package dev.midstream.worlds.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.worlds.invariant.StreamChecks;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("worlds")
class RecordedWorldTest {
  private static final int WORLDS = 7_000;

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-3 HDP-9 a recording becomes one consistent conversation of the edited streams")
  void editsARecording(RecordedConversation.Ending ending) {
    SeededRounds.run(WORLDS, random -> comesOutEdited(new RecordedWorld(random, ending)));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-69 packets missing in the recording end editing at their place")
  void missingPacketsEndEditing(RecordedConversation.Ending ending) {
    SeededRounds.run(
        WORLDS / 5,
        random ->
            comesOutEdited(new RecordedWorld(random, ending, RecordedConversation.Recorder.LOSSY)));
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-69 a gap that is given up never changes a released octet")
  void keepsTheLawsAfterGivingUpAGap(RecordedConversation.Ending ending) {
    SeededRounds.run(
        WORLDS / 5,
        random ->
            play(new RecordedWorld(random, ending, RecordedConversation.Recorder.LOSSY_AND_SLOW)));
  }

  private static void comesOutEdited(RecordedWorld world) {
    long keepAlives = play(world).counters().of(Reason.KEEP_ALIVE);
    if (keepAlives > world.conversation().keepAlives()) {
      return; // A retransmitted octet whose first copy was not recorded looks like a keep-alive.
    }
    try {
      for (Direction direction : Direction.values()) {
        compare(world, direction);
      }
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + world.trace(), e);
    }
  }

  private static Engine play(RecordedWorld world) {
    Engine engine = world.engine(Treatment.EDIT, Vantage.RECORDING);
    StreamChecks checks = StreamChecks.recorded(engine);
    try {
      world.play(engine, checks::check);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + world.trace(), e);
    }
    assertThat(engine.budget().usedBytes()).as("octets stored at the end").isZero();
    return engine;
  }

  private static void compare(RecordedWorld world, Direction direction) {
    ExpectedStream expected = world.expected(direction);
    NaiveReceiver receiver = world.receiver();
    String wanted = text(expected);
    assertThat(receiver.text(direction)).as(direction + " stream").isEqualTo(wanted);
    boolean ended = world.conversation().stream(direction).hasEnded();
    assertThat(receiver.fin(direction))
        .as(direction + " FIN")
        .isEqualTo(ended ? expected.length() : -1);
  }

  private static String text(ExpectedStream expected) {
    byte[] octets = expected.octets();
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < octets.length; at++) {
      text.append(expected.has(at) ? (char) octets[at] : '_');
    }
    return text.toString().replaceFirst("_+$", "");
  }
}
