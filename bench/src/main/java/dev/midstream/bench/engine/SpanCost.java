package dev.midstream.bench.engine;

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
 * A program that compares a segment whose octets are opaque with one whose octets an agent passes,
 * with {@link EngineBenchmark}. The scenarios take turns, each in a JVM of its own. The segment is
 * measured alone: without the making of packets, and without acknowledgements.
 */
public final class SpanCost {
  private static final int ROUNDS = 5;

  /** What a segment may cost, against one that is passed. */
  private static final Map<Scenario, Double> LIMITS =
      new EnumMap<>(Map.of(Scenario.OPAQUE, 0.60, Scenario.SPANS, 0.75));

  private final Map<Scenario, List<Double>> nanos = new EnumMap<>(Scenario.class);

  private SpanCost() {}

  /**
   * Prints the cost of each kind of segment, and its ratio to that of a passed one.
   *
   * @throws RunnerException if a benchmark fails
   * @throws IllegalStateException if a ratio is above its limit
   */
  public static void main(String[] arguments) throws RunnerException {
    SpanCost cost = new SpanCost();
    for (int i = 0; i < ROUNDS; i++) {
      double making = aloneNanos(Scenario.PATCHING);
      for (Scenario scenario : List.of(Scenario.PASS, Scenario.SPANS, Scenario.OPAQUE)) {
        double alone = aloneNanos(scenario) - making;
        cost.nanos.computeIfAbsent(scenario, key -> new ArrayList<>()).add(alone);
      }
    }
    cost.print(System.out);
  }

  private void print(PrintStream out) {
    nanos.forEach((scenario, rounds) -> out.printf("# %s, ns: %s%n", scenario, rounded(rounds)));
    double passed = median(Scenario.PASS);
    out.printf(Locale.ROOT, "%-7s %4.0f ns%n", Scenario.PASS, passed);
    List<Scenario> above = new ArrayList<>();
    LIMITS.forEach((scenario, limit) -> {
      double measured = median(scenario);
      double ratio = measured / passed;
      out.printf(Locale.ROOT, "%-7s %4.0f ns, %.2f of it", scenario, measured, ratio);
      out.printf(Locale.ROOT, ", at most %.2f allowed%n", limit);
      if (ratio > limit) {
        above.add(scenario);
      }
    });
    if (!above.isEmpty()) {
      throw new IllegalStateException("segments cost too much: " + above);
    }
  }

  private double median(Scenario scenario) {
    List<Double> sorted = Objects.requireNonNull(nanos.get(scenario)).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static List<Long> rounded(List<Double> rounds) {
    return rounds.stream().map(Math::round).toList();
  }

  /** A segment without its acknowledgement: twice that with half a one, less that with one. */
  private static double aloneNanos(Scenario scenario) throws RunnerException {
    return 2 * measuredNanos(scenario, false) - measuredNanos(scenario, true);
  }

  private static double measuredNanos(Scenario scenario, boolean acknowledgesEach)
      throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(EngineBenchmark.class.getName())
                .param("scenario", scenario.name())
                .param("acknowledgesEach", Boolean.toString(acknowledgesEach))
                .param("checksum", "PARTIAL")
                .forks(1)
                .verbosity(VerboseMode.SILENT)
                .build())
        .runSingle()
        .getPrimaryResult()
        .getScore();
  }
}
