package dev.midstream.gateway.live;

import com.fasterxml.jackson.databind.JsonNode;
import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Namespace;
import dev.midstream.wire.port.LegCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The status that a running box reports, and what the kernel reports of its process. */
final class Node {
  private static final Set<LegCounter> DROPS =
      EnumSet.complementOf(EnumSet.range(LegCounter.RECEIVED_FRAMES, LegCounter.NOT_LENT));

  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final Namespace namespace;
  private final BoxProcess process;

  Node(Namespace namespace, BoxProcess process) {
    this.namespace = namespace;
    this.process = process;
  }

  JsonNode status() throws IOException {
    return BoxStatus.of(namespace);
  }

  /** Frames that the interfaces dropped or looped, by interface and counter. */
  Map<String, Long> drops() throws IOException {
    Map<String, Long> drops = new TreeMap<>();
    for (JsonNode leg : status().path("interfaces")) {
      for (LegCounter counter : DROPS) {
        String key = key(counter);
        long count = leg.path(key).asLong();
        if (count > 0) {
          drops.put(leg.path("name").asText() + " " + key, count);
        }
      }
    }
    return drops;
  }

  /** A counter's sum over both interfaces. */
  long count(LegCounter counter) throws IOException {
    long count = 0;
    for (JsonNode leg : status().path("interfaces")) {
      count += leg.path(key(counter)).asLong();
    }
    return count;
  }

  /** Connections that the box remembers, open or closed. */
  long connections() throws IOException {
    return status().at("/connections/known").asLong();
  }

  /** The counts of all reasons. */
  Map<String, Long> reasons() throws IOException {
    Map<String, Long> reasons = new TreeMap<>();
    status()
        .path("reasons")
        .properties()
        .forEach(entry -> reasons.put(entry.getKey(), entry.getValue().asLong()));
    return reasons;
  }

  /** Used heap in octets, after a collection. */
  long heapBytes() throws IOException {
    String ignored = diagnose("GC.run");
    Matcher used = USED.matcher(diagnose("GC.heap_info"));
    long bytes = 0;
    while (used.find()) {
      bytes += 1_024 * Long.parseLong(used.group(1));
    }
    return bytes;
  }

  /** Resident memory of the process in octets. */
  long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static String key(LegCounter counter) {
    return counter.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String diagnose(String command) throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    return namespace.output(jcmd, Long.toString(process.pid()), command);
  }
}
