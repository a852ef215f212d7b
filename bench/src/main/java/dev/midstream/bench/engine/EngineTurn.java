package dev.midstream.bench.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;

/**
 * A program that measures {@link EngineBenchmark} when it is told to: for each line of its input it
 * runs as many rounds as the line says, and prints the processor time of a segment. It works with
 * the benchmark of any commit.
 */
public final class EngineTurn {
  /** Begins each line with a figure, in nanoseconds. */
  static final String MARK = "ns ";

  private EngineTurn() {}

  /**
   * Measures the scenario of the first argument.
   *
   * @throws IOException if the input fails
   */
  public static void main(String[] arguments) throws IOException {
    EngineBenchmark benchmark = new EngineBenchmark();
    benchmark.scenario = Scenario.valueOf(arguments[0]);
    benchmark.open();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int rounds = Integer.parseInt(line);
      long before = threads.getCurrentThreadCpuTime();
      long octets = run(benchmark, rounds);
      long nanos = threads.getCurrentThreadCpuTime() - before;
      double segments = (double) rounds * Traffic.SEGMENTS;
      System.out.println(MARK + nanos / segments + " octets=" + octets);
    }
    benchmark.check();
  }

  private static long run(EngineBenchmark benchmark, int rounds) {
    long octets = 0;
    for (int i = 0; i < rounds; i++) {
      octets = benchmark.segment();
    }
    return octets;
  }
}
