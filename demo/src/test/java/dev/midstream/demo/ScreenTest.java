package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private long nowNanos = Long.MAX_VALUE;

  @Test
  void redrawsOneLineOnATerminal() {
    Screen screen = screen(true);
    screen.now(() -> "10 octets");
    nowNanos += SECOND_NANOS;
    screen.now(() -> "20 octets");
    screen.line("done");
    assertThat(err.toString()).isEqualTo("\r\033[K  10 octets\r\033[K  20 octets\r\033[K");
    assertThat(out.toString().lines()).containsExactly("done");
  }

  @Test
  void writesNowAndThenALineElsewhere() {
    Screen screen = screen(false);
    for (int octets = 0; octets < 5; octets++) {
      int number = octets;
      screen.now(() -> number + " octets");
      nowNanos += SECOND_NANOS;
    }
    assertThat(err.toString().lines()).containsExactly("  0 octets", "  2 octets", "  4 octets");
  }

  @Test
  void theTableTellsWhatFailed() {
    Verdict.show(
        List.of(new Verdict("one", true, "fine"), new Verdict("two", false, "differs")),
        screen(false));
    assertThat(out.toString().lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly("", "verdict", "one passed fine", "two FAILED differs");
  }

  private Screen screen(boolean onTerminal) {
    return new Screen(new PrintWriter(out), new PrintWriter(err), onTerminal, () -> nowNanos);
  }
}
