package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How the normal hop limit follows a changed route. */
class NormalHopLimitTest {
  private final NormalHopLimit normal = new NormalHopLimit();

  @BeforeEach
  void begin() {
    normal.begin(60, true);
  }

  @Test
  @DisplayName("H-41 the lower of two higher hop limits in a row is the normal one")
  void risesAfterTwoHigher() {
    normal.observe(60);
    normal.observe(70);
    assertThat(normal.value()).isEqualTo(60);
    normal.observe(64);
    assertThat(normal.value()).isEqualTo(64);
    normal.observe(70);
    assertThat(normal.value()).isEqualTo(64);
  }

  @Test
  @DisplayName("H-41 a usual hop limit between two higher ones keeps the normal one")
  void staysAfterSingleHigher() {
    normal.observe(70);
    normal.observe(60);
    normal.observe(70);
    assertThat(normal.value()).isEqualTo(60);
  }

  @Test
  @DisplayName("H-41 the second low segment with known octets lowers the normal hop limit")
  void fallsAfterTwoConfirmations() {
    assertThat(normal.isLow(57, 3)).isFalse();
    assertThat(normal.isLow(56, 3)).isTrue();
    normal.confirmLower(40);
    assertThat(normal.value()).isEqualTo(60);
    normal.confirmLower(30);
    assertThat(normal.value()).isEqualTo(40);
  }
}
