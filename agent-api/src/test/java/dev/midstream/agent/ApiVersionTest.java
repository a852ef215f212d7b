package dev.midstream.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiVersionTest {
  @ParameterizedTest
  @CsvSource({
    "1.2.3, 1.2.3, true",
    "1.2.3, 1.2.4, true",
    "1.2.3, 1.1.9, true",
    "1.2.3, 1.3.0, false",
    "1.2.3, 2.0.0, false",
    "1.2.3, 0.2.3, false"
  })
  @DisplayName("OWN-4 a program accepts its own major version and minor ones up to its own")
  void acceptsCompatibleVersions(String program, String built, boolean isAccepted) {
    assertThat(parsed(program).accepts(parsed(built))).isEqualTo(isAccepted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "1.0", "1.0.0.0", "1.0.x", "-1.0.0", "1.0.0 ", "10000.0.0"})
  @DisplayName("OWN-4 a version is three numbers")
  void refusesOtherTexts(String text) {
    assertThat(ApiVersion.parse(text)).isNull();
  }

  @Test
  @DisplayName("OWN-4 the text of a version names the same version")
  void printsItself() {
    assertThat(ApiVersion.parse(ApiVersion.CURRENT.toString())).isEqualTo(ApiVersion.CURRENT);
    assertThat(parsed("1.22.333")).hasToString("1.22.333");
  }

  private static ApiVersion parsed(String text) {
    return Objects.requireNonNull(ApiVersion.parse(text));
  }
}
