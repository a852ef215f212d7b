package dev.midstream.gateway.rewrite;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** The progress of the work, one line on a terminal; nothing elsewhere. */
final class ProgressLine implements AutoCloseable {
  private static final long STEP_NANOS = 500_000_000L;
  private static final double MEBIBYTE = 1 << 20;

  private final PrintWriter terminal;
  private final boolean shown;
  private final LongSupplier clockNanos;
  private final long totalBytes;
  private final long startNanos;
  private long nextNanos;
  private boolean begun;

  ProgressLine(PrintWriter terminal, boolean shown, LongSupplier clockNanos, long totalBytes) {
    this.terminal = terminal;
    this.shown = shown;
    this.clockNanos = clockNanos;
    this.totalBytes = totalBytes;
    startNanos = clockNanos.getAsLong();
    nextNanos = startNanos + STEP_NANOS;
  }

  /** Updates the line: {@code bytes} of the file and {@code packets} are done. */
  void update(long bytes, long packets) {
    if (!shown || clockNanos.getAsLong() < nextNanos) {
      return;
    }
    nextNanos = clockNanos.getAsLong() + STEP_NANOS;
    begun = true;
    double seconds = (clockNanos.getAsLong() - startNanos) / 1e9;
    String share =
        totalBytes > 0 ? String.format(Locale.ROOT, "%3d %%, ", 100 * bytes / totalBytes) : "";
    terminal.printf(
        Locale.ROOT,
        "\r\033[Kmidstream: %s%d packets, %.0f MiB/s",
        share,
        packets,
        bytes / MEBIBYTE / seconds);
    terminal.flush();
  }

  @Override
  public void close() {
    if (begun) {
      terminal.print("\r\033[K");
      terminal.flush();
    }
  }
}
