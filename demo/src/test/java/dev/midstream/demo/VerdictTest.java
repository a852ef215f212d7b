package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void printsATableOfPassedAndFailedScenes() {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    Verdict.print(
        List.of(new Verdict("one", true, "fine"), new Verdict("two", false, "differs")),
        new Screen(writer, writer, false, () -> 0));
    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly("", "verdict", "one passed fine", "two FAILED differs");
  }
}
