package dev.midstream.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  @Test
  void isTheSameAfterLatin1() {
    String text = "a\u0000\u007f\u0080\u00ff";
    assertThat(Octets.ofLatin1(text).toLatin1()).isEqualTo(text);
    assertThat(Octets.ofLatin1(text).length()).isEqualTo(5);
    assertThat(Octets.ofLatin1("")).isSameAs(Octets.empty());
    assertThatThrownBy(() -> Octets.ofLatin1("a\u0100"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("index=1");
  }

  @Test
  void joinsAndSlices() {
    Octets octets = Octets.join(Octets.ofText("ab"), Octets.empty(), Octets.ofText("cde"));
    assertThat(octets).isEqualTo(Octets.ofText("abcde"));
    assertThat(octets.slice(1, 4)).isEqualTo(Octets.ofText("bcd"));
    assertThat(octets.slice(2, 2)).isSameAs(Octets.empty());
    assertThat(Octets.join()).isSameAs(Octets.empty());
    assertThatThrownBy(() -> octets.slice(3, 6)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void copiesMemory() {
    byte[] memory = {0, 1, 2, 3};
    Octets octets = Octets.of(MemorySegment.ofArray(memory), 1, 2);
    memory[1] = 9;
    assertThat(octets).isEqualTo(Octets.of((byte) 1, (byte) 2));
    assertThat(Octets.of(MemorySegment.NULL, 0, 0)).isSameAs(Octets.empty());
  }
}
