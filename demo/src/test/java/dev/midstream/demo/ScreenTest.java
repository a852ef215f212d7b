package dev.midstream.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private long nowNanos = Long.MAX_VALUE;

  @Test
  void redrawsOneLineOnATerminal() {
    Screen screen = screen(true);
    screen.showProgress(() -> "10 octets");
    nowNanos += SECOND_NANOS;
    screen.showProgress(() -> "20 octets");
    screen.print("done");
    assertThat(err.toString()).isEqualTo("\r\033[K  10 octets\r\033[K  20 octets\r\033[K");
    assertThat(out.toString().lines()).containsExactly("done");
  }

  @Test
  void writesALineEveryTwoSecondsElsewhere() {
    Screen screen = screen(false);
    for (int octets = 0; octets < 5; octets++) {
      int number = octets;
      screen.showProgress(() -> number + " octets");
      nowNanos += SECOND_NANOS;
    }
    assertThat(err.toString().lines()).containsExactly("  0 octets", "  2 octets", "  4 octets");
  }

  private Screen screen(boolean onTerminal) {
    return new Screen(new PrintWriter(out), new PrintWriter(err), onTerminal, () -> nowNanos);
  }
}
