package dev.midstream.modcmd.call;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class MemoryViewTest {
  private static final int ROUNDS = 20_000;
  private static final byte[] OCTETS = {9, 9, 1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xFF, 9};

  private final MemoryView view =
      new MemoryView().show(MemorySegment.ofArray(OCTETS), 2, 9, 1_000).mark(true, false);

  @Test
  void showsOctetsAtMemoryOffset() {
    assertThat(view.start()).isEqualTo(1_000);
    assertThat(view.length()).isEqualTo(9);
    assertThat(view.at(0)).isEqualTo((byte) 1);
    assertThat(view.at(8)).isEqualTo((byte) 0xFF);
    assertThat(view.eightAt(0)).isEqualTo(0x0807060504030201L);
    assertThat(view.eightAt(1)).isEqualTo(0xFF08070605040302L);
    assertThat(view.copy(1, 3)).containsExactly(2, 3, 4);
  }

  @Test
  @DisplayName("refuses octets outside the view")
  void refusesOctetsOutsideView() {
    assertThatThrownBy(() -> view.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.at(9)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.eightAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.eightAt(2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> view.copy(5, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new MemoryView().show(MemorySegment.ofArray(OCTETS), 4, 9, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void seesPlainLinesAsAPlainLoopDoes() {
    byte[] alphabet = {'\r', '\n', '.', 0, 11, 12, 'x', (byte) 0x8D, (byte) 0x8A, (byte) 0xFF};
    int plain = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Random random = new Random(round);
      byte[] octets = lines(random, alphabet);
      int from = random.nextInt(octets.length + 1);
      int to = from + random.nextInt(octets.length - from + 1);
      boolean expected = hasPlainLines(octets, from, to);
      plain += expected ? 1 : 0;
      MemorySegment heap = MemorySegment.ofArray(octets);
      MemorySegment off = Arena.ofAuto().allocate(octets.length + 1L).copyFrom(heap);
      for (MemorySegment memory : List.of(heap, off)) {
        MemoryView shown = new MemoryView().show(memory, 0, octets.length, 0);
        assertThat(shown.hasPlainLines(from, to)).as("seed=" + round).isEqualTo(expected);
      }
    }
    assertThat(plain).isBetween(ROUNDS / 5, ROUNDS * 4 / 5);
    assertThatThrownBy(() -> view.hasPlainLines(1, 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Whole lines with up to eight other octets somewhere. */
  private static byte[] lines(Random random, byte[] alphabet) {
    byte[] octets = "one line\r\nand another\r\n\r\n".repeat(random.nextInt(12)).getBytes(UTF_8);
    for (int i = random.nextInt(9); i > 0 && octets.length > 0; i--) {
      octets[random.nextInt(octets.length)] = alphabet[random.nextInt(alphabet.length)];
    }
    return octets;
  }

  private static boolean hasPlainLines(byte[] octets, int from, int to) {
    String text = new String(octets, from, to - from, ISO_8859_1);
    String paired = text.replace("\r\n", "");
    boolean isCut = text.startsWith("\n");
    boolean isOpen = text.endsWith("\r");
    String inner = (isCut ? "?" : "") + paired.substring(isCut ? 1 : 0);
    inner = isOpen ? inner.substring(0, inner.length() - 1) : inner;
    return !inner.contains("\r")
        && !inner.contains("\n")
        && !text.contains("\n.")
        && !text.contains("\n\0");
  }

  @Test
  void clearsMarksWhenShownAgain() {
    assertThat(view.endOfStream()).isTrue();
    assertThat(view.flush()).isFalse();
    view.mark(false, true);
    assertThat(view.endOfStream()).isFalse();
    assertThat(view.flush()).isTrue();
    view.show(MemorySegment.ofArray(OCTETS), 0, 1, 0);
    assertThat(view.endOfStream() || view.flush()).isFalse();
  }
}
