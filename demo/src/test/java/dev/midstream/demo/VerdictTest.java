package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void failsOnlyWhereAScenePlayed() {
    assertThat(new Verdict("one", true, "").hasFailed()).isFalse();
    assertThat(new Verdict("one", false, "").hasFailed()).isTrue();
    assertThat(Verdict.leftOut("one", List.of("a server")).hasFailed()).isFalse();
  }

  @Test
  void printsATableOfPassedAndFailedScenes() {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    Verdict.print(
        List.of(
            new Verdict("one", true, "fine"),
            new Verdict("two", false, "differs"),
            Verdict.leftOut("three", List.of("a server", "a client"))),
        new Screen(writer, writer, false, () -> 0));
    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly(
            "",
            "verdict",
            "one passed fine",
            "two FAILED differs",
            "three left out not installed: a server, a client");
  }
}
