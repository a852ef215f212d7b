package dev.midstream.bench.offline;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a program to its end.
 *
 * @param seconds its duration, including the start
 * @param peakKibibytes its peak resident memory
 */
record ChildRun(double seconds, long peakKibibytes) {
  private static final String PEAK = "VmHWM:";

  /** Runs a command with its output in {@code log}. */
  static ChildRun of(List<String> command, Path log) throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(new File("/dev/null"))
            .start();
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    long peak = 0;
    while (!process.waitFor(10, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peakOf(status));
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    if (process.exitValue() != 0) {
      throw new IllegalStateException(
          "failed: exit=" + process.exitValue() + " command=" + command + " log=" + log);
    }
    return new ChildRun(seconds, peak);
  }

  /** The peak so far; 0 when the process is ending and reports none. */
  private static long peakOf(Path status) {
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith(PEAK)) {
          return Long.parseLong(line.substring(PEAK.length()).replaceAll("\\D", ""));
        }
      }
    } catch (IOException _) {
      return 0;
    }
    return 0;
  }
}
