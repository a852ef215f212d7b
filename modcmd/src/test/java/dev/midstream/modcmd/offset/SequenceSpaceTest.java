package dev.midstream.modcmd.offset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.SeededRounds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceSpaceTest {
  private static final long HALF = 1L << 31;
  private static final long WHOLE = 1L << 32;

  @Test
  @DisplayName("HDP-1 the first payload octet is offset 0 and the SYN offset -1")
  void countsFromFirstPayloadOctet() {
    SequenceSpace space = new SequenceSpace(1000);

    assertThat(space.initialSequence()).isEqualTo(1000);
    assertThat(space.offsetOf(1001, 0)).isZero();
    assertThat(space.offsetOf(1000, 0)).isEqualTo(-1);
    assertThat(space.offsetOf(900, 0)).isEqualTo(-101);
    assertThat(space.sequenceOf(0)).isEqualTo(1001);
    assertThat(space.sequenceOf(-1)).isEqualTo(1000);
  }

  @Test
  @DisplayName("C-67 a picked-up stream may start with the number 0")
  void startsAtGivenNumber() {
    SequenceSpace space = SequenceSpace.startingAt(0);

    assertThat(space.sequenceOf(0)).isZero();
    assertThat(space.initialSequence()).isEqualTo(0xffff_ffff);
  }

  @Test
  @DisplayName("C-23 numbers that pass 2^32 continue as offsets")
  void unwrapsAcrossWrap() {
    SequenceSpace space = new SequenceSpace(0xffff_fffe);

    assertThat(space.offsetOf(0xffff_ffff, 0)).isZero();
    assertThat(space.offsetOf(0, 0)).isEqualTo(1);
    assertThat(space.offsetOf(5, 3)).isEqualTo(6);
    assertThat(space.offsetOf(0xffff_ffff, WHOLE + 9)).isEqualTo(WHOLE);
    assertThat(space.sequenceOf(WHOLE)).isEqualTo(0xffff_ffff);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, HALF - 1, HALF, WHOLE - 1, WHOLE, 5 * WHOLE + 17})
  @DisplayName("C-23 a number is found up to 2^31 before and less than 2^31 after a known offset")
  void unwrapsToNearestOffset(long near) {
    SequenceSpace space = new SequenceSpace(77);

    assertThat(space.offsetOf(space.sequenceOf(near + HALF - 1), near)).isEqualTo(near + HALF - 1);
    assertThat(space.offsetOf(space.sequenceOf(near - HALF), near)).isEqualTo(near - HALF);
    assertThat(space.offsetOf(space.sequenceOf(near + HALF), near)).isEqualTo(near - HALF);
    assertThat(space.offsetOf(space.sequenceOf(near), near)).isEqualTo(near);
  }

  @Test
  @DisplayName("C-23 terabytes in steps of less than 2^31 keep the position")
  void followsStreamForTerabytes() {
    SeededRounds.run(20, 200_000, SequenceSpaceTest::followOneStream);
  }

  private static long followOneStream(RandomGenerator random) {
    SequenceSpace space = new SequenceSpace(random.nextInt());
    long offset = 0;
    for (int i = 0; i < 10_000; i++) {
      long next = offset + random.nextLong(-HALF, HALF);
      long found = space.offsetOf(space.sequenceOf(next), offset);
      if (found != next) {
        throw new AssertionError("found=" + found + " expected=" + next + " near=" + offset);
      }
      offset = Math.max(offset, next);
    }
    return 10_000;
  }
}
