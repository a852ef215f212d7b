package dev.midstream.agent.framing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.ArrayView;
import dev.midstream.agent.OctetView;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LineTest {
  private static final int LIMIT = 64;

  @Test
  @DisplayName("C-14 finds the end of a line at every length and every cut")
  void findsEndAtEveryCut() {
    for (int length = 0; length < 40; length++) {
      for (String ending : new String[] {"\n", "\r\n"}) {
        String line = "x".repeat(length) + ending;
        String text = line + "next\n";
        for (int cut = 0; cut <= text.length(); cut++) {
          int expected = cut < line.length() ? Framing.MORE : line.length();
          assertThat(Line.end(ArrayView.of(text, 0, cut), 0, LIMIT)).isEqualTo(expected);
        }
        assertThat(Line.textEnd(ArrayView.of(text), 0, line.length())).isEqualTo(length);
      }
    }
  }

  @Test
  void findsLinesFromInsideView() {
    OctetView view = ArrayView.of("first\r\n\nthird line\r\r\n");

    assertThat(Line.end(view, 7, LIMIT)).isEqualTo(8);
    assertThat(Line.textEnd(view, 7, 8)).isEqualTo(7);
    assertThat(Line.end(view, 8, LIMIT)).isEqualTo(21);
    assertThat(Line.textEnd(view, 8, 21)).isEqualTo(19);
    assertThat(Line.end(view, 21, LIMIT)).isEqualTo(Framing.MORE);
  }

  @Test
  void ignoresCarriageReturnOfPreviousLine() {
    assertThat(Line.textEnd(ArrayView.of("a\r\n"), 2, 3)).isEqualTo(2);
  }

  @Test
  @DisplayName("the text of a last line without an ending is the whole line")
  void takesNothingFromALastLine() {
    assertThat(Line.textEnd(ArrayView.of("quit"), 0, 4)).isEqualTo(4);
    assertThat(Line.textEnd(ArrayView.of("a\nquit\r"), 2, 7)).isEqualTo(7);
    assertThat(Line.textEnd(ArrayView.of("a\n"), 2, 2)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-63 a line at its limit is found, one octet more is too long at every cut")
  void findsLineAtLimitAtEveryCut() {
    String longest = "x".repeat(LIMIT - 1) + "\n";
    String longer = "x".repeat(LIMIT) + "\n";
    assertThat(Line.end(ArrayView.of(longest), 0, LIMIT)).isEqualTo(LIMIT);
    for (int cut = 0; cut <= longer.length(); cut++) {
      int expected = cut < LIMIT ? Framing.MORE : Framing.TOO_LONG;
      assertThat(Line.end(ArrayView.of(longer, 0, cut), 0, LIMIT)).isEqualTo(expected);
    }
  }

  @Test
  void findsLineFeedAmongSimilarOctets() {
    for (int octet = 0; octet < 256; octet++) {
      String text = ("\u000b" + (char) octet).repeat(8);
      int expected = octet == '\n' ? 2 : Framing.MORE;
      assertThat(Line.end(ArrayView.of(text), 0, LIMIT)).isEqualTo(expected);
    }
  }
}
