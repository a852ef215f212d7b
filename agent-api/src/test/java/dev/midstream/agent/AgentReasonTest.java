package dev.midstream.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.AgentReason.Consequence;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentReasonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"", "Denied", "denied command", "denied.command", "-denied", "1st", "d\n"})
  @DisplayName("a code is one lower-case word with dashes")
  void refusesOtherCodes(String code) {
    assertThatThrownBy(() -> new AgentReason(code, "meaning", Consequence.DENIED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("code=" + code);
  }

  @Test
  @DisplayName("a code of the maximum length is accepted, a longer one is refused")
  void limitsCodes() {
    String longest = "c".repeat(AgentReason.MAX_CODE_LENGTH);
    assertThat(new AgentReason(longest, "meaning", Consequence.LIMIT).code()).isEqualTo(longest);
    assertThatThrownBy(() -> new AgentReason(longest + "c", "meaning", Consequence.LIMIT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two\nlines"})
  @DisplayName("a meaning is one line")
  void refusesOtherMeanings(String meaning) {
    assertThatThrownBy(() -> new AgentReason("code", meaning, Consequence.EDITED))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
