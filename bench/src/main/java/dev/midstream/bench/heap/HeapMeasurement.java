package dev.midstream.bench.heap;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.midstream.bench.engine.Scenario;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.management.JMException;

/**
 * A program that measures the heap of a connection over IPv4 and IPv6, for each {@link LifeStage}:
 * untouched, inspected by an agent without state, and searched for a string by one that has a small
 * state. Each figure has an engine of its own; what the engine takes without connections is not
 * counted. The heap after full collections and the class histogram must agree.
 */
public final class HeapMeasurement {
  private static final int CONNECTIONS = 100_000;
  private static final int WARM_UP_CONNECTIONS = 1_000;
  private static final double TOLERATED_SHARE = 0.01;
  private static final List<Scenario> SCENARIOS =
      List.of(Scenario.NO_AGENT, Scenario.PASS, Scenario.SUBSTITUTE_1);
  private static final List<String> FLAGS =
      List.of(
          "UseSerialGC",
          "MaxHeapSize",
          "UseCompressedOops",
          "UseCompressedClassPointers",
          "UseCompactObjectHeaders",
          "ObjectAlignmentInBytes");

  private final int connections;
  private final PrintStream out;

  private HeapMeasurement(int connections, PrintStream out) {
    this.connections = connections;
    this.out = out;
  }

  /** Measures with as many connections as the only argument says, or 100,000. */
  public static void main(String[] arguments) throws JMException, InterruptedException {
    int connections = arguments.length == 0 ? CONNECTIONS : Integer.parseInt(arguments[0]);
    new HeapMeasurement(connections, System.out).run();
  }

  private void run() throws JMException, InterruptedException {
    out.printf(Locale.ROOT, "# %,d connections, JVM: %s%n", connections, flags());
    warmUp();
    for (Scenario scenario : SCENARIOS) {
      for (LifeStage stage : LifeStage.values()) {
        measure(scenario, stage, false);
        measure(scenario, stage, true);
      }
    }
  }

  /** Loads the classes and fills the caches that would count as the first figure's. */
  private static void warmUp() throws JMException, InterruptedException {
    for (Scenario scenario : SCENARIOS) {
      for (LifeStage stage : LifeStage.values()) {
        Population population = new Population(scenario, stage);
        population.fill(WARM_UP_CONNECTIONS);
        population.check(WARM_UP_CONNECTIONS);
      }
    }
    ClassHistogram.take().since(ClassHistogram.take());
    LiveHeap.measure();
  }

  private void measure(Scenario scenario, LifeStage stage, boolean isIpv6)
      throws JMException, InterruptedException {
    Population population = new Population(scenario, stage);
    if (isIpv6) {
      population.overIpv6();
    }
    ClassHistogram histogramBefore = ClassHistogram.take();
    long bytesBefore = LiveHeap.measure();
    long nativeBefore = nativeBytes();
    population.fill(connections);
    long bytes = LiveHeap.measure() - bytesBefore;
    long newNativeBytes = nativeBytes() - nativeBefore;
    ClassHistogram histogram = ClassHistogram.take();
    population.check(connections);
    out.printf("%n%s over %s, ", nameOf(scenario, stage), isIpv6 ? "IPv6" : "IPv4");
    print(bytes, newNativeBytes, histogram.since(histogramBefore));
  }

  /** Prints the figures of a connection, and the classes that have an octet of it or more. */
  private void print(long bytes, long nativeBytes, List<ClassHistogram.Entry> classes) {
    long counted = classes.stream().mapToLong(ClassHistogram.Entry::bytes).sum();
    out.printf(
        Locale.ROOT,
        "octets of each: heap %.1f, by classes %.1f, native buffers %.1f%n",
        each(bytes),
        each(counted),
        each(nativeBytes));
    out.printf("%10s %8s  class%n", "octets", "objects");
    classes.stream()
        .filter(entry -> entry.bytes() >= connections)
        .forEach(entry ->
            out.printf(
                Locale.ROOT,
                "%10.1f %8.2f  %s%n",
                each(entry.bytes()),
                each(entry.objects()),
                entry.name()));
    if (Math.abs(bytes - counted) > TOLERATED_SHARE * bytes) {
      throw new IllegalStateException("heap and classes differ: " + bytes + " and " + counted);
    }
  }

  private static String nameOf(Scenario scenario, LifeStage stage) {
    String handling =
        switch (scenario) {
          case PASS -> "inspected";
          case SUBSTITUTE_1 -> "searched";
          default -> "untouched";
        };
    return handling + " " + stage.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The octets of all buffers that the engines have. */
  private static long nativeBytes() {
    return PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
  }

  private double each(long total) {
    return (double) total / connections;
  }

  private static String flags() {
    HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    return FLAGS.stream()
        .map(flag -> flag + "=" + vm.getVMOption(flag).getValue())
        .collect(Collectors.joining(" "));
  }
}
