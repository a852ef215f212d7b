package dev.midstream.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OctetViewTest {
  private static final int ROUNDS = 2_000;

  private static OctetView view(byte... octets) {
    return ArrayView.of(octets);
  }

  private static OctetView view(String latin1) {
    return ArrayView.of(latin1);
  }

  @Test
  void findsAnOctetAsAnArrayDoes() {
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      byte[] octets = new byte[random.nextInt(40)];
      for (int i = 0; i < octets.length; i++) {
        octets[i] = (byte) (random.nextInt(4) * 0x55);
      }
      byte wanted = (byte) (random.nextInt(4) * 0x55);
      int from = random.nextInt(octets.length + 1);
      int to = from + random.nextInt(octets.length - from + 1);
      int expected = from;
      while (expected < to && octets[expected] != wanted) {
        expected++;
      }
      assertThat(view(octets).indexOf(wanted, from, to)).as("seed=" + round).isEqualTo(expected);
    }
    assertThatThrownBy(() -> view("ab").indexOf((byte) 0, 1, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void matchesWithoutRegardToTheCaseOfAsciiLetters() {
    Octets user = Octets.ofLatin1("user");
    assertThat(view("xUsErx").matches(1, 4, user)).isTrue();
    assertThat(view("user").matches(0, 3, user)).isFalse();
    assertThat(view("users").matches(0, 5, user)).isFalse();
    assertThat(view("usep").matches(0, 4, user)).isFalse();
    // 0x60 and 0x7b lie beside the lower case letters, 0xc4 is a letter of ISO-8859-1 only.
    assertThat(view("@").matches(0, 1, Octets.ofLatin1("`"))).isFalse();
    assertThat(view("[").matches(0, 1, Octets.ofLatin1("{"))).isFalse();
    assertThat(view("\u00c4").matches(0, 1, Octets.ofLatin1("\u00e4"))).isFalse();
    assertThatThrownBy(() -> view("use").matches(0, 4, user))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void seesLinesThatAllReadersTakeAlike() {
    for (String plain :
        List.of("", "\r", "\n", "a", "a\r\n", "\r\n\r\na.", ".\r\na", "\0", "a\r\n\r")) {
      assertThat(view(plain).hasPlainLines(0, plain.length())).as(plain).isTrue();
    }
    for (String other : List.of("a\nb", "\ra", "\r\r\n", "a\r\n.", "a\r\n\0", "\n\n", "\n\r\n.")) {
      assertThat(view(other).hasPlainLines(0, other.length())).as(other).isFalse();
    }
    assertThat(view("\na\nb").hasPlainLines(0, 2)).isTrue();
    assertThatThrownBy(() -> view("ab").hasPlainLines(1, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void copiesOctetsAndTexts() {
    OctetView view = view("a\u00e9\u00ffz");
    assertThat(view.octets(1, 2)).isEqualTo(Octets.ofLatin1("\u00e9\u00ff"));
    assertThat(view.octets(4, 0)).isEqualTo(Octets.empty());
    assertThat(view.latin1(0, 3)).isEqualTo("a\u00e9\u00ff");
    assertThatThrownBy(() -> view.octets(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.latin1(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
