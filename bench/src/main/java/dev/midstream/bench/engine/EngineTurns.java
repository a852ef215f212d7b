package dev.midstream.bench.engine;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A program that compares the engines of several commits: one JVM for each, which take turns of
 * some 50 ms, by {@link EngineTurn}. So what else the machine does affects all of them.
 */
public final class EngineTurns {
  private static final int TURN_ROUNDS = 1_000;
  private static final int WARM_UP_ROUNDS = 4_000;
  private static final int WARM_UPS = 8;
  private static final int TURNS = 21;
  private static final String ENTRY = EngineTurn.class.getName();

  private final Process process;
  private final BufferedReader figures;
  private final BufferedWriter orders;
  private final List<Double> nanos = new ArrayList<>();

  private EngineTurns(String classPath, String scenario) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", classPath, ENTRY, scenario));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    figures = process.inputReader(StandardCharsets.US_ASCII);
    orders = process.outputWriter(StandardCharsets.US_ASCII);
  }

  /**
   * Prints the median of each engine, and its ratio to that of the first.
   *
   * @param arguments the scenario, the number of launches, and a class path for each engine; it
   *     must contain this program
   * @throws IOException if a JVM cannot be started, or ends early
   */
  public static void main(String[] arguments) throws IOException {
    List<String> classPaths = Arrays.asList(arguments).subList(2, arguments.length);
    for (int launch = 0; launch < Integer.parseInt(arguments[1]); launch++) {
      List<EngineTurns> engines = new ArrayList<>();
      for (String classPath : classPaths) {
        engines.add(new EngineTurns(classPath, arguments[0]));
      }
      takeTurns(engines);
      print(arguments[0], engines);
    }
  }

  private static void takeTurns(List<EngineTurns> engines) throws IOException {
    for (int i = 0; i < WARM_UPS; i++) {
      for (EngineTurns each : engines) {
        double ignored = each.turn(WARM_UP_ROUNDS);
      }
    }
    for (int i = 0; i < TURNS; i++) {
      for (EngineTurns each : i % 2 == 0 ? engines : engines.reversed()) {
        each.nanos.add(each.turn(TURN_ROUNDS));
      }
    }
    for (EngineTurns each : engines) {
      each.orders.close();
      each.process.onExit().join();
    }
  }

  private static void print(String scenario, List<EngineTurns> engines) {
    StringBuilder line = new StringBuilder(scenario);
    double first = engines.getFirst().median();
    for (EngineTurns each : engines) {
      line.append(
          String.format(Locale.ROOT, "  %.0f ns (%.2f)", each.median(), each.median() / first));
    }
    System.out.println(line);
  }

  private double median() {
    return nanos.stream().sorted().toList().get(nanos.size() / 2);
  }

  /** The processor time of a segment, in nanoseconds. */
  private double turn(int rounds) throws IOException {
    orders.write(Integer.toString(rounds));
    orders.newLine();
    orders.flush();
    String line = figures.readLine();
    while (line != null && !line.startsWith(EngineTurn.MARK)) {
      line = figures.readLine();
    }
    if (line == null) {
      throw new IOException("engine ended");
    }
    return Double.parseDouble(line.split(" ", -1)[1]);
  }
}
