package dev.midstream.agent.framing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.ArrayView;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class DotEndingTest {
  private static final String LETTERS = "\r\n.x";
  private static final int MAX_BYTES = 8;

  @Test
  @DisplayName("C-14 finds the terminator in every short text at every cut")
  void findsEndingAtEveryCut() {
    for (int length = 0; length <= MAX_BYTES; length++) {
      for (int number = 0; number < Math.powExact(LETTERS.length(), length); number++) {
        checkAtEveryCut(text(number, length));
      }
    }
  }

  @Test
  void findsEndingOfLongTextsAtEveryCut() {
    String body = "A line of text.\r\n..stuffed\r\nbare\n.\nbare\r.\rbare\r\n".repeat(5);
    checkAtEveryCut(body + ".\r\nQUIT\r\n");
    checkAtEveryCut("y".repeat(50) + "\r\n.\r\n");
  }

  @Test
  void endsAtOnceAfterTerminator() {
    assertThat(DotEnding.ENDED.end(ArrayView.of("QUIT"), 2)).isEqualTo(2);
  }

  private static void checkAtEveryCut(String text) {
    int ending = ("\r\n" + text).indexOf("\r\n.\r\n");
    int end = ending < 0 ? Framing.MORE : ending + 3;
    int open = ending < 0 ? text.length() : end - 1;
    for (int cut = 0; cut <= open; cut++) {
      assertThat(DotEnding.LINE_START.end(ArrayView.of(text, 0, cut), 0)).isEqualTo(Framing.MORE);
      DotEnding place = DotEnding.LINE_START.after(ArrayView.of(text, 0, cut), 0, cut);
      int rest = place.end(ArrayView.of(text, cut, text.length()), 0);
      assertThat(rest == Framing.MORE ? rest : cut + rest).as("cut=%d", cut).isEqualTo(end);
    }
    if (ending >= 0) {
      assertThat(DotEnding.LINE_START.after(ArrayView.of(text), 0, end)).isEqualTo(DotEnding.ENDED);
    }
  }

  private static String text(int number, int length) {
    StringBuilder text = new StringBuilder();
    int rest = number;
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.charAt(rest % LETTERS.length()));
      rest /= LETTERS.length();
    }
    return text.toString();
  }
}
