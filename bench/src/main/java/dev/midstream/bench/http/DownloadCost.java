package dev.midstream.bench.http;

import dev.midstream.bench.frame.ProcessorTime;
import dev.midstream.bench.http.DownloadBenchmark.Transfer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A program that compares downloads through the agent of HTTP with those through an agent that
 * passes every octet, by the processor time of {@link DownloadBenchmark}. They take turns, each in
 * a JVM of its own.
 */
public final class DownloadCost {
  /** The speed of a download, against the one that {@code passed} names. */
  private record Goal(Transfer transfer, Transfer passed, double least) {}

  private static final List<Goal> GOALS =
      List.of(
          new Goal(Transfer.COUNTED, Transfer.PASSED, 0.95),
          new Goal(Transfer.CHUNKS, Transfer.PASSED_CHUNKS, 0.85),
          new Goal(Transfer.SEARCHED, Transfer.PASSED, 0));

  private final Map<Transfer, List<Double>> nanos = new EnumMap<>(Transfer.class);

  private DownloadCost() {}

  /**
   * Prints the cost of a segment of each download, and the ratio of their speeds.
   *
   * @param arguments the number of rounds; five without it
   * @throws RunnerException if a benchmark fails
   * @throws IllegalStateException if a goal is missed
   */
  public static void main(String[] arguments) throws RunnerException {
    int rounds = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
    DownloadCost cost = new DownloadCost();
    for (int i = 0; i < rounds; i++) {
      for (Transfer transfer : Transfer.values()) {
        cost.nanos
            .computeIfAbsent(transfer, key -> new ArrayList<>())
            .add(processorNanos(transfer));
      }
    }
    cost.print(System.out);
  }

  private void print(PrintStream out) {
    nanos.forEach((transfer, rounds) ->
        out.printf("# %s, ns: %s%n", transfer, rounds.stream().map(Math::round).toList()));
    List<Transfer> missed = new ArrayList<>();
    for (Goal goal : GOALS) {
      double speed = median(goal.passed()) / median(goal.transfer());
      out.printf(Locale.ROOT, "%-8s %4.0f ns", goal.transfer(), median(goal.transfer()));
      out.printf(Locale.ROOT, ", %.2f of the speed of %s", speed, goal.passed());
      out.printf(Locale.ROOT, ", at least %.2f wanted%n", goal.least());
      if (speed < goal.least()) {
        missed.add(goal.transfer());
      }
    }
    if (!missed.isEmpty()) {
      throw new IllegalStateException("downloads are too slow: " + missed);
    }
  }

  private double median(Transfer transfer) {
    List<Double> sorted = Objects.requireNonNull(nanos.get(transfer)).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static double processorNanos(Transfer transfer) throws RunnerException {
    Runner runner =
        new Runner(
            new OptionsBuilder()
                .include(DownloadBenchmark.class.getName())
                .param("transfer", transfer.name())
                .addProfiler(ProcessorTime.class)
                .verbosity(VerboseMode.SILENT)
                .build());
    return Objects.requireNonNull(runner.runSingle().getSecondaryResults().get("processor"))
        .getScore();
  }
}
