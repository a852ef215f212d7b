package dev.midstream.agent.framing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.ArrayView;
import dev.midstream.agent.OctetView;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyLineTest {
  @Test
  void readsCodes() {
    assertThat(codeOf("220 ready")).isEqualTo(220);
    assertThat(codeOf("599")).isEqualTo(599);
    assertThat(codeOf("100-more")).isEqualTo(100);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "2", "22", "22x", "220ready", "099 low", "600 high", " 220 a", "2/0 a"})
  void refusesOtherLines(String text) {
    assertThat(codeOf(text)).isEqualTo(Framing.MALFORMED);
  }

  @Test
  @DisplayName("a reply of several lines ends with its code and a space (RFC 959 section 4.2)")
  void findsTheLastLine() {
    assertThat(ends(211, "211 end")).isTrue();
    assertThat(ends(211, "211")).isTrue();
    assertThat(ends(211, "211-more")).isFalse();
    assertThat(ends(211, "212 other")).isFalse();
    assertThat(ends(211, " 211 indented")).isFalse();
    assertThat(ReplyLine.isContinued(ArrayView.of("211-a"), 0, 5)).isTrue();
    assertThat(ReplyLine.isContinued(ArrayView.of("211"), 0, 3)).isFalse();
  }

  @Test
  @DisplayName("C-14 the CR LF after a chunk is found at every cut")
  void findsTheEndOfAChunk() {
    assertThat(ChunkEnding.end(ArrayView.of("x"), 1)).isEqualTo(Framing.MORE);
    assertThat(ChunkEnding.end(ArrayView.of("x\r"), 1)).isEqualTo(Framing.MORE);
    assertThat(ChunkEnding.end(ArrayView.of("x\r\n"), 1)).isEqualTo(3);
    assertThat(ChunkEnding.end(ArrayView.of("x\n"), 1)).isEqualTo(Framing.MALFORMED);
    assertThat(ChunkEnding.end(ArrayView.of("x\rz"), 1)).isEqualTo(Framing.MALFORMED);
  }

  @Test
  @DisplayName("C-14 Telnet commands end as RFC 854 says, at every cut")
  void findsTelnetCommands() {
    String[] commands = {
      "\u00ff\u00f4",
      "\u00ff\u00ff",
      "\u00ff\u00fb\u0006",
      "\u00ff\u00fe\u0006",
      "\u00ff\u00fa\u0018\u00ff\u00ff\u00f0a\u00ff\u00f0",
    };
    for (String command : commands) {
      String text = command + "STAT\r\n";
      for (int cut = 1; cut <= text.length(); cut++) {
        int expected = cut < command.length() ? Framing.MORE : command.length();
        assertThat(Telnet.end(ArrayView.of(text, 0, cut), 0, 16)).isEqualTo(expected);
      }
    }
    String endless = "\u00ff\u00fa" + "x".repeat(20);
    assertThat(Telnet.end(ArrayView.of(endless), 0, 16)).isEqualTo(Framing.TOO_LONG);
    assertThat(Telnet.end(ArrayView.of(endless, 0, 10), 0, 16)).isEqualTo(Framing.MORE);
  }

  private static int codeOf(String text) {
    return ReplyLine.code(ArrayView.of(text), 0, text.length());
  }

  private static boolean ends(int code, String text) {
    OctetView view = ArrayView.of(text);
    return ReplyLine.ends(code, view, 0, text.length());
  }
}
