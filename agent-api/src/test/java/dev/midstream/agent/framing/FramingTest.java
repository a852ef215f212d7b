package dev.midstream.agent.framing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.ArrayView;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FramingTest {
  @Test
  @DisplayName("C-14 finds the end of counted octets at every cut")
  void findsEndOfCountAtEveryCut() {
    String text = "0123456789";
    for (int from = 0; from <= text.length(); from++) {
      for (int count = 0; count < 12; count++) {
        for (int cut = from; cut <= text.length(); cut++) {
          int expected = from + count <= cut ? from + count : Framing.MORE;
          assertThat(Framing.countEnd(ArrayView.of(text, 0, cut), from, count)).isEqualTo(expected);
        }
      }
    }
    assertThat(Framing.countEnd(ArrayView.of(text), 5, Integer.MAX_VALUE)).isEqualTo(Framing.MORE);
  }
}
