package dev.midstream.bench.offline;

import static dev.midstream.bench.offline.Contestant.IN;
import static dev.midstream.bench.offline.Contestant.OUT;

import dev.midstream.bench.frame.SampleText;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A program that makes a capture and lets {@code midstream rewrite} and other programs rewrite it
 * in turn. It prints the median time of each, ratios, and peak resident memory.
 */
public final class OfflineComparison {
  private static final long MEBIBYTE = 1 << 20;
  private static final String PCAP4J = "pcap4j";
  private static final String TCPREWRITE = "tcprewrite";

  private final Map<String, String> options;
  private final PrintStream table;
  private final Path in;
  private final Path out;
  private final Path log;
  private final Map<Contestant, List<ChildRun>> runs = new LinkedHashMap<>();

  private OfflineComparison(Map<String, String> options, Path directory, PrintStream table) {
    this.options = options;
    this.table = table;
    in = directory.resolve("in.pcap");
    out = directory.resolve("out.pcap");
    log = directory.resolve("log.txt");
  }

  /** Runs the comparison; {@code bench/offline.sh} documents the options. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> options = optionsOf(arguments);
    Path parent = Path.of(options.getOrDefault("directory", "/dev/shm"));
    Path directory = Files.createTempDirectory(parent, "midstream-bench");
    try {
      new OfflineComparison(options, directory, System.out).run(directory);
    } finally {
      delete(directory);
    }
  }

  private void run(Path directory) throws IOException, InterruptedException {
    long bytes = number("mebibytes", 1_024) * MEBIBYTE;
    CaptureMaker.write(in, bytes);
    for (Contestant contestant : contestants(directory)) {
      runs.put(contestant, new ArrayList<>());
    }
    long rounds = number("rounds", 3);
    for (long round = 0; round < rounds; round++) {
      for (Map.Entry<Contestant, List<ChildRun>> entry : runs.entrySet()) {
        entry.getValue().add(runOnce(entry.getKey()));
      }
    }
    print(Files.size(in), rounds);
  }

  private ChildRun runOnce(Contestant contestant) throws IOException, InterruptedException {
    Files.deleteIfExists(out);
    ChildRun run = ChildRun.of(contestant.commandFor(in, out), log);
    if (contestant.copies() && Files.mismatch(in, out) >= 0) {
      throw new IllegalStateException("output differs from input: " + contestant.name());
    }
    return run;
  }

  private List<Contestant> contestants(Path directory) throws IOException {
    Path monitor = rule(directory, "monitor", "never there", "replaced");
    Path absent = rule(directory, "enforce", "never there", "replaced");
    Path edit = rule(directory, "enforce", SampleText.MARK, "Hi there");
    String java = ProcessHandle.current().info().command().orElse("java");
    return List.of(
        rewrite("rewrite, monitor", monitor, true),
        rewrite("rewrite, enforce, no match", absent, true),
        rewrite("rewrite, enforce, edit every 64 KiB", edit, false),
        new Contestant(
            PCAP4J,
            List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Pcap4jCopy.class.getName(),
                IN,
                OUT),
            false),
        new Contestant(
            TCPREWRITE, List.of(TCPREWRITE, "--portmap=7000:7001", "-i", IN, "-o", OUT), false),
        new Contestant("cp", List.of("cp", IN, OUT), true));
  }

  private Contestant rewrite(String name, Path configuration, boolean copies) {
    String program = options.getOrDefault("midstream", "./midstream");
    List<String> command =
        List.of(program, "rewrite", "--config", configuration.toString(), IN, OUT);
    return new Contestant(name, command, copies);
  }

  private static Path rule(Path directory, String mode, String find, String replacement)
      throws IOException {
    Path file = Files.createTempFile(directory, mode, ".yaml");
    return Files.writeString(
        file,
        """
        mode: %s
        rules:
          - name: measured
            match: { destination-port: %d }
            agent: substitute
            settings:
              client-to-server: [ { find: "%s", replace: "%s" } ]
        """
            .formatted(mode, CaptureMaker.PORT, find, replacement));
  }

  private void print(long bytes, long rounds) {
    table.printf(
        Locale.ROOT, "capture: %.0f MiB, median of %d%n", bytes / (double) MEBIBYTE, rounds);
    table.printf("%-36s %8s %8s %9s %11s %8s%n", "", "s", "MiB/s", "/pcap4j", "/tcprewrite", "MiB");
    double pcap4j = medianOf(PCAP4J);
    double tcprewrite = medianOf(TCPREWRITE);
    for (Contestant contestant : runs.keySet()) {
      double seconds = medianOf(contestant.name());
      table.printf(
          Locale.ROOT,
          "%-36s %8.2f %8.0f %9.2f %11.2f %8d%n",
          contestant.name(),
          seconds,
          bytes / (double) MEBIBYTE / seconds,
          pcap4j / seconds,
          tcprewrite / seconds,
          peakMebibytes(contestant));
    }
  }

  private double medianOf(String name) {
    double[] seconds =
        runs.entrySet().stream()
            .filter(entry -> entry.getKey().name().equals(name))
            .flatMap(entry -> entry.getValue().stream())
            .mapToDouble(ChildRun::seconds)
            .sorted()
            .toArray();
    return seconds[seconds.length / 2];
  }

  private long peakMebibytes(Contestant contestant) {
    long kibibytes =
        runs.getOrDefault(contestant, List.of()).stream()
            .mapToLong(ChildRun::peakKibibytes)
            .max()
            .orElse(0);
    return kibibytes / 1_024;
  }

  private long number(String key, long otherwise) {
    return Long.parseLong(options.getOrDefault(key, Long.toString(otherwise)));
  }

  private static Map<String, String> optionsOf(String[] arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i].replaceFirst("^--", ""), arguments[i + 1]);
    }
    if (2 * options.size() != arguments.length) {
      throw new IllegalArgumentException("not pairs: arguments=" + Arrays.toString(arguments));
    }
    return options;
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
