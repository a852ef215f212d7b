package dev.midstream.modcmd.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class MemoryViewTest {
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
