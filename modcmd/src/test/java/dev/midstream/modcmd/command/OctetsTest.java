package dev.midstream.modcmd.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class OctetsTest {
  @Test
  void isEqualByValue() {
    Octets octets = Octets.of((byte) 1, (byte) 0xff);

    assertThat(octets).isEqualTo(Octets.of((byte) 1, (byte) 0xff));
    assertThat(octets).hasSameHashCodeAs(Octets.of((byte) 1, (byte) 0xff));
    assertThat(octets).isNotEqualTo(Octets.of((byte) 1, (byte) 2));
    assertThat(octets).isNotEqualTo("01ff");
    assertThat(octets.hashCode()).isNotEqualTo(Octets.of((byte) 1, (byte) 2).hashCode());
    assertThat(octets).hasToString("01ff");
  }

  @Test
  void isIndependentOfSourceAndCopies() {
    byte[] source = {1, 2, 3};
    Octets octets = Octets.of(source);

    source[0] = 9;
    octets.toArray()[1] = 9;

    assertThat(octets).isEqualTo(Octets.of((byte) 1, (byte) 2, (byte) 3));
    assertThat(octets.at(2)).isEqualTo((byte) 3);
  }

  @Test
  void copiesPartIntoMemory() {
    byte[] target = new byte[6];

    Octets.ofText("abcde").copyTo(1, 3, MemorySegment.ofArray(target), 2);

    assertThat(target).containsExactly(0, 0, 'b', 'c', 'd', 0);
  }

  @Test
  void sharesOneEmptyRun() {
    assertThat(Octets.of()).isSameAs(Octets.empty());
    assertThat(Octets.ofText("")).isSameAs(Octets.empty());
    assertThat(Octets.empty().isEmpty()).isTrue();
    assertThat(Octets.ofText("é").length()).isEqualTo(2);
  }

  @Test
  void isPrefixOfLongerRun() {
    Octets octets = Octets.ofText("abc");

    assertThat(Octets.empty().isPrefixOf(octets)).isTrue();
    assertThat(Octets.ofText("ab").isPrefixOf(octets)).isTrue();
    assertThat(octets.isPrefixOf(octets)).isTrue();
    assertThat(Octets.ofText("b").isPrefixOf(octets)).isFalse();
    assertThat(Octets.ofText("abcd").isPrefixOf(octets)).isFalse();
  }
}
