package dev.midstream.demo;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Where the demonstration is seen. What lasts goes to stdout; what is happening to stderr, on a
 * terminal as one line that is redrawn, elsewhere as a line every two seconds. Thread-safe.
 */
final class Screen {
  private static final long REDRAW_NANOS = 200_000_000L;
  private static final long REPEAT_NANOS = 2_000_000_000L;

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

  /** Writes a line that stays. */
  synchronized void line(String text) {
    clear();
    out.println(text);
    out.flush();
  }

  /** Shows what is happening, unless it did so just before. */
  synchronized void now(Supplier<String> what) {
    long nanos = clockNanos.getAsLong();
    if (nanos - nextNanos < 0) {
      return;
    }
    nextNanos = nanos + (onTerminal ? REDRAW_NANOS : REPEAT_NANOS);
    String text = what.get();
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
