package dev.midstream.agent.framing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.ArrayView;
import java.nio.ByteOrder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LengthPrefixTest {
  private static final int LIMIT = 400;

  @Test
  @DisplayName("C-14 finds the end of a frame of every width, order and kind at every cut")
  void findsEndAtEveryCut() {
    for (int width = 1; width <= 4; width++) {
      for (int body = 0; body < 300 && (width > 1 || body + width < 256); body += 7) {
        checkAtEveryCut(new LengthPrefix(width, ByteOrder.BIG_ENDIAN, false, LIMIT), body);
        checkAtEveryCut(new LengthPrefix(width, ByteOrder.BIG_ENDIAN, true, LIMIT), body);
        checkAtEveryCut(new LengthPrefix(width, ByteOrder.LITTLE_ENDIAN, false, LIMIT), body);
        checkAtEveryCut(new LengthPrefix(width, ByteOrder.LITTLE_ENDIAN, true, LIMIT), body);
      }
    }
  }

  @Test
  @DisplayName("C-63 a frame at its limit is found, one octet more is too long")
  void findsFrameAtLimitOnly() {
    LengthPrefix frame = new LengthPrefix(2, ByteOrder.BIG_ENDIAN, false, 10);
    assertThat(frame.end(ArrayView.of("\0\u0008"), 0)).isEqualTo(Framing.MORE);
    assertThat(frame.end(ArrayView.of("\0\u000812345678"), 0)).isEqualTo(10);
    assertThat(frame.end(ArrayView.of("\0\u0009"), 0)).isEqualTo(Framing.TOO_LONG);
    LengthPrefix widest = new LengthPrefix(4, ByteOrder.BIG_ENDIAN, false, Integer.MAX_VALUE);
    assertThat(widest.end(ArrayView.of("\u00ff\u00ff\u00ff\u00ff"), 0)).isEqualTo(Framing.TOO_LONG);
    assertThat(widest.end(ArrayView.of("\u007f\u00ff\u00ff\u00fb"), 0)).isEqualTo(Framing.MORE);
  }

  @Test
  void refusesLengthSmallerThanItsField() {
    LengthPrefix frame = new LengthPrefix(2, ByteOrder.BIG_ENDIAN, true, 10);
    assertThat(frame.end(ArrayView.of("\0\1"), 0)).isEqualTo(Framing.MALFORMED);
    assertThat(frame.end(ArrayView.of("\0\2"), 0)).isEqualTo(2);
    LengthPrefix least = new LengthPrefix(2, ByteOrder.BIG_ENDIAN, true, 2);
    assertThat(least.end(ArrayView.of("\0\2"), 0)).isEqualTo(2);
  }

  @Test
  void refusesInvalidBounds() {
    assertThatThrownBy(() -> new LengthPrefix(0, ByteOrder.BIG_ENDIAN, false, 9))
        .hasMessageContaining("width=0");
    assertThatThrownBy(() -> new LengthPrefix(5, ByteOrder.BIG_ENDIAN, false, 9))
        .hasMessageContaining("width=5");
    assertThatThrownBy(() -> new LengthPrefix(4, ByteOrder.BIG_ENDIAN, false, 3))
        .hasMessageContaining("limit=3");
  }

  private static void checkAtEveryCut(LengthPrefix frame, int body) {
    String before = "ab";
    int length = frame.countsItself() ? body + frame.width() : body;
    String text = before + written(length, frame) + "x".repeat(body) + "yy";
    int end = before.length() + frame.width() + body;
    for (int cut = before.length(); cut <= text.length(); cut++) {
      assertThat(frame.end(ArrayView.of(text, 0, cut), before.length()))
          .as("%s body=%d cut=%d", frame, body, cut)
          .isEqualTo(cut < end ? Framing.MORE : end);
    }
    assertThat(frame.lengthAt(ArrayView.of(text), before.length())).isEqualTo(length);
  }

  private static String written(int length, LengthPrefix frame) {
    StringBuilder bigEndian = new StringBuilder();
    for (int i = frame.width() - 1; i >= 0; i--) {
      bigEndian.append((char) (length >>> (8 * i) & 0xFF));
    }
    return frame.order() == ByteOrder.BIG_ENDIAN
        ? bigEndian.toString()
        : bigEndian.reverse().toString();
  }
}
