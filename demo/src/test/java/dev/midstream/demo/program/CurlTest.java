package dev.midstream.demo.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CurlTest {
  private static final Curl.Dialogue DIALOGUE =
      new Curl.Dialogue(
          List.of(
              "* Connected",
              "< 220 ready",
              "> DELE x",
              "< 502 Command not allowed.",
              "> QUIT",
              "* curl: (28) Timeout"));

  @Test
  @DisplayName("OWN-3 an answer is the line that is heard after what was said")
  void findsAnswers() throws IOException {
    assertThat(DIALOGUE.answerTo("DELE x")).isEqualTo("502 Command not allowed.");
    assertThat(DIALOGUE.heard("220")).isEqualTo("220 ready");
    assertThat(new Curl.Dialogue(List.of("< location: a")).heard("Location:"))
        .isEqualTo("location: a");
  }

  @Test
  @DisplayName("OWN-3 without an answer the failure says what curl said last")
  void failsWithoutAnAnswer() {
    for (String said : List.of("QUIT", "NOOP")) {
      assertThatThrownBy(() -> DIALOGUE.answerTo(said))
          .isInstanceOf(IOException.class)
          .hasMessage("curl heard no answer: to=%s said=* curl: (28) Timeout".formatted(said));
    }
    assertThatThrownBy(() -> DIALOGUE.heard("226")).isInstanceOf(IOException.class);
  }

  @Test
  @DisplayName("OWN-3 a protocol that curl does not know is missing")
  void namesAMissingProtocol() {
    assertThat(Curl.missing("no-such-protocol"))
        .singleElement()
        .asString()
        .matches("curl( with no-such-protocol)?");
  }
}
