package dev.midstream.agent.framing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.ArrayView;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictLineTest {
  private static final int LIMIT = 12;

  /** The result at each cut: it is MORE until it is decided, and then the same for ever. */
  private static int resultAtEveryCut(String text) {
    int last = Framing.MORE;
    for (int cut = 0; cut <= text.length(); cut++) {
      int result = StrictLine.end(ArrayView.of(text, 0, cut), 0, LIMIT);
      assertThat(last == Framing.MORE || last == result).as(text + " cut=" + cut).isTrue();
      last = result;
    }
    return last;
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "a\r\n", "0123456789\r\n"})
  @DisplayName("C-14 finds the end of a line at every cut")
  void findsEndAtEveryCut(String line) {
    assertThat(resultAtEveryCut(line + "next\r\n")).isEqualTo(line.length());
    assertThat(StrictLine.textEnd(line.length())).isEqualTo(line.length() - 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "a\nb\r\n", "a\rb\r\n", "\ra\r\n", "a\r\r\n", "a\r\rb", "a\n\r\n"})
  @DisplayName("a bare CR or LF is malformed, at every cut")
  void refusesBareEndings(String text) {
    assertThat(resultAtEveryCut(text)).isEqualTo(Framing.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0123456789ab\r\n", "0123456789a\r\n", "0123456789a\rb"})
  @DisplayName("C-63 a line above its limit is too long, at every cut")
  void refusesLongLines(String text) {
    assertThat(resultAtEveryCut(text)).isEqualTo(Framing.TOO_LONG);
  }

  @Test
  @DisplayName("C-14 a block of lines ends with an empty one, at every cut")
  void findsTheEndOfABlock() {
    String block = "a: 1\r\nb: 2\r\n\r\n";
    String text = block + "body";
    for (int cut = 0; cut <= text.length(); cut++) {
      int expected = cut < block.length() ? Framing.MORE : block.length();
      assertThat(HeaderBlock.end(ArrayView.of(text, 0, cut), 0, block.length()))
          .isEqualTo(expected);
      if (cut >= block.length()) {
        assertThat(HeaderBlock.end(ArrayView.of(text, 0, cut), 0, block.length() - 1))
            .isEqualTo(Framing.TOO_LONG);
      }
    }
    assertThat(HeaderBlock.end(ArrayView.of("\r\n"), 0, 2)).isEqualTo(2);
    assertThat(HeaderBlock.end(ArrayView.of("a: 1\nb: 2\r\n\r\n"), 0, 99))
        .isEqualTo(Framing.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "Host: a, 4, a",
    "a:b, 1, b",
    "'x-y:  1 2 ', 3, 1 2",
    "A:, 1, ''",
    "'A:\t ', 1, ''",
  })
  void readsFields(String text, int nameEnd, String value) {
    var view = ArrayView.of(text);
    assertThat(FieldLine.nameEnd(view, 0, text.length())).isEqualTo(nameEnd);
    int start = FieldLine.valueStart(view, nameEnd, text.length());
    int end = FieldLine.valueEnd(view, start, text.length());
    assertThat(text.substring(start, end)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", ": a", "Host : a", "Ho st: a", "Host", " a: b", "\u0080: a", "a(b: c"})
  @DisplayName("no name, a blank before the colon or no colon are malformed (RFC 9112 section 5.1)")
  void refusesOtherFields(String text) {
    assertThat(FieldLine.nameEnd(ArrayView.of(text), 0, text.length()))
        .isEqualTo(Framing.MALFORMED);
  }

  @Test
  void tellsContinuations() {
    assertThat(FieldLine.isContinuation(ArrayView.of(" a"), 0, 2)).isTrue();
    assertThat(FieldLine.isContinuation(ArrayView.of("\ta"), 0, 2)).isTrue();
    assertThat(FieldLine.isContinuation(ArrayView.of("a"), 0, 1)).isFalse();
    assertThat(FieldLine.isContinuation(ArrayView.of(""), 0, 0)).isFalse();
  }
}
