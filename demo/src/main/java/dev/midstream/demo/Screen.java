package dev.midstream.demo;

import dev.midstream.demo.program.Curl;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The demonstration's output. Results go to stdout. Progress goes to stderr: one line that is
 * redrawn on a terminal, elsewhere a line every two seconds. Thread-safe.
 */
final class Screen {
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final long LINE_NANOS = 2_000_000_000L;

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean onTerminal;
  private final LongSupplier clockNanos;
  private long nextNanos;
  private boolean drawn;

  Screen(PrintWriter out, PrintWriter err, boolean onTerminal, LongSupplier clockNanos) {
    this.out = out;
    this.err = err;
    this.onTerminal = onTerminal;
    this.clockNanos = clockNanos;
    nextNanos = clockNanos.getAsLong();
  }

  /** Prints a line of results. */
  synchronized void print(String text) {
    clear();
    out.println(text);
    out.flush();
  }

  /**
   * Prints what curl said and what it heard, which is returned.
   *
   * @throws IOException if it heard nothing
   */
  String printAnswer(Curl.Dialogue dialogue, String said) throws IOException {
    String answer = dialogue.answerTo(said);
    print("  client says   " + said);
    print("  client hears  " + answer);
    return answer;
  }

  /** Shows the progress, unless the last one is too recent. */
  synchronized void showProgress(Supplier<String> progress) {
    long nanos = clockNanos.getAsLong();
    if (nanos - nextNanos < 0) {
      return;
    }
    nextNanos = nanos + (onTerminal ? REDRAW_NANOS : LINE_NANOS);
    String text = progress.get();
    if (onTerminal) {
      err.print("\r\033[K  " + text);
      drawn = true;
    } else {
      err.println("  " + text);
    }
    err.flush();
  }

  private void clear() {
    if (drawn) {
      err.print("\r\033[K");
      err.flush();
      drawn = false;
    }
  }
}
