package dev.midstream.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class StatelessCodecTest {
  private final StateCodec<String> codec = StateCodec.stateless("only");

  @Test
  void decodesTheOnlyState() {
    assertThat(codec.encode("only")).isEmpty();
    assertThat(codec.decode(codec.version(), new byte[0])).isEqualTo("only");
  }

  @Test
  void refusesUnknownVersionsAndOctets() {
    assertThatThrownBy(() -> codec.decode(2, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> codec.decode(1, new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
