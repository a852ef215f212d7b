package dev.midstream.worlds.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the receiver of an edited stream must get, as far as it is asked for. */
class WholeStreamTest {
  private static final int WORLDS = 400;
  private static final int QUESTIONS = 40;

  @Test
  void answersThePartAsTheWhole() {
    for (long seed = 0; seed < WORLDS; seed++) {
      SimulatedWorld world = WorldDraw.withCuts(seed);
      UnitEditor editor = new UnitEditor(world.agent().uninterrupted());
      byte[] octets = world.stream(Direction.CLIENT_TO_SERVER);
      compare(WholeStream.of(editor, octets), whole(editor, octets), seed);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 5, 20_000, 70_000})
  void decidesAnewAfterOctetsThatPass(long from) {
    for (long seed = 0; seed < WORLDS; seed++) {
      SimulatedWorld world = WorldDraw.withCuts(seed);
      UnitEditor editor = new UnitEditor(world.agent().uninterrupted());
      byte[] octets = world.stream(Direction.CLIENT_TO_SERVER);
      WholeStream part = WholeStream.of(editor, octets);
      WholeStream whole = whole(editor, octets);
      long start = whole.orgOffsetOf(whole.newOffsetOf(Math.min(from, octets.length)));
      long end = Math.min(start + 7, octets.length);
      part.pass(start, end);
      whole.pass(start, end);
      long ignored = whole.editedLength();
      compare(part, whole, seed);
    }
  }

  @Test
  void staysUnchangedAfterOctetsThatPass() {
    byte[] octets = WorldDraw.withCuts(1).stream(Direction.CLIENT_TO_SERVER);
    WholeStream stream = WholeStream.unchanged(octets);
    stream.pass(0, 1);
    assertThat(stream.edited()).isEqualTo(octets);
  }

  private static WholeStream whole(UnitEditor editor, byte[] octets) {
    WholeStream whole = WholeStream.of(editor, octets);
    long ignored = whole.editedLength();
    return whole;
  }

  private static void compare(WholeStream part, WholeStream whole, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long length = whole.octets().length;
    for (int i = 0; i < QUESTIONS; i++) {
      long at = random.nextLong(Math.min(length, (i + 1) * length / QUESTIONS) + 1);
      assertThat(part.newOffsetOf(at)).isEqualTo(whole.newOffsetOf(at));
      assertThat(part.newEndOf(at)).isEqualTo(whole.newEndOf(at));
      assertThat(part.orgOffsetOf(at)).isEqualTo(whole.orgOffsetOf(at));
      assertThat(part.replacedBytes(at / 2, at)).isEqualTo(whole.replacedBytes(at / 2, at));
      assertThat(part.mayEndAt(at, at)).isEqualTo(whole.mayEndAt(at, at));
    }
    assertThat(part.edited()).isEqualTo(whole.edited());
    assertThat(part.editedLength()).isEqualTo(whole.editedLength());
  }
}
