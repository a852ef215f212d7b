package dev.midstream.agent.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SpellingTest {
  private static final List<String> KEYS = List.of("mode", "rules", "default-action", "mptcp");

  @Test
  @DisplayName("a word with few wrong letters is recognised")
  void recognisesMisspeltWord() {
    assertThat(Spelling.nearest("defualt-acton", KEYS)).isEqualTo("default-action");
    assertThat(Spelling.nearest("rule", KEYS)).isEqualTo("rules");
    assertThat(Spelling.nearest("mod", KEYS)).isEqualTo("mode");
  }

  @Test
  @DisplayName("a word unlike all others gets no suggestion")
  void suggestsNothingForUnrelatedWord() {
    assertThat(Spelling.nearest("listen", KEYS)).isNull();
    assertThat(Spelling.nearest("", KEYS)).isNull();
    assertThat(Spelling.nearest("m".repeat(1_000_000), KEYS)).isNull();
  }

  @Test
  @DisplayName("the distance of two words is the number of letters to change")
  void computesEditDistance() {
    assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(Spelling.distance("", "abc")).isEqualTo(3);
    assertThat(Spelling.distance("abc", "")).isEqualTo(3);
    assertThat(Spelling.distance("abc", "abc")).isZero();
    assertThat(Spelling.distance("fpt", "ftp")).isEqualTo(1);
    assertThat(Spelling.distance("ab", "ba")).isEqualTo(1);
  }
}
