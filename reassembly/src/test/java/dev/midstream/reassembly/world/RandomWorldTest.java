package dev.midstream.reassembly.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Reading;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RandomWorldTest {
  private static final int WORLDS = 7_000;

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-3 HDP-9 a recording comes out as one conversation about the edited streams")
  void recordingComesOutEdited(Conversation.Ending ending) {
    SeededRounds.run(
        WORLDS,
        random -> {
          World world = new World(random, ending);
          try {
            comesOutEdited(world);
          } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + world.trace(), e);
          }
        });
  }

  private static void comesOutEdited(World world) {
    Engine engine = world.engine(Mode.ENFORCE, Reading.ORIGINAL);
    StreamChecks checks = new StreamChecks();
    world.play(engine, () -> checks.check(engine));
    for (Direction direction : Direction.values()) {
      compare(world, direction);
    }
    assertThat(engine.ledger().usedBytes()).as("octets kept at the end").isZero();
  }

  private static void compare(World world, Direction direction) {
    ExpectedStream expected = world.expected(direction);
    NaiveReceiver receiver = world.receiver();
    String wanted = show(expected);
    assertThat(receiver.show(direction)).as(direction + " stream").isEqualTo(wanted);
    boolean ended = world.conversation().stream(direction).hasEnded();
    assertThat(receiver.fin(direction))
        .as(direction + " FIN")
        .isEqualTo(ended ? expected.length() : -1);
  }

  private static String show(ExpectedStream expected) {
    byte[] octets = expected.octets();
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < octets.length; at++) {
      text.append(expected.has(at) ? (char) octets[at] : '_');
    }
    return text.toString().replaceFirst("_+$", "");
  }
}
