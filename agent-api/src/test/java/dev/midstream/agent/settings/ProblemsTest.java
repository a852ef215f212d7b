package dev.midstream.agent.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ProblemsTest {
  private final Problems problems = new Problems();

  @Test
  void keepsProblemsInOrderWithTheirPlaces() {
    problems.add("b:2", "find must not be empty");
    problems.add("a:1", "replace is missing");

    assertThat(problems.isEmpty()).isFalse();
    assertThat(problems.lines())
        .containsExactly("b:2: find must not be empty", "a:1: replace is missing");
  }

  @Test
  void warningsDoNotCountAsProblems() {
    problems.warn("a:1", "this pair is never used");

    assertThat(problems.isEmpty()).isTrue();
    assertThat(problems.lines()).isEmpty();
    assertThat(problems.warnings()).containsExactly("a:1: this pair is never used");
  }
}
