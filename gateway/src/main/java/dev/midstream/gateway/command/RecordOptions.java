package dev.midstream.gateway.command;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code run} that configure a recording. */
final class RecordOptions {
  private static final long MIN_BYTES = 4_096;
  private static final String DEFAULT_MAX = "1GiB";

  @Option(
      names = "--record",
      paramLabel = "FILE.pcapng",
      description = "Records connections before and after, with a comment on each packet.")
  private @Nullable Path file;

  @Option(
      names = "--record-match",
      paramLabel = "RULE",
      description = "A rule whose connections are recorded (default: all rules with an agent).")
  private List<String> names = List.of();

  @Option(
      names = "--record-most",
      paramLabel = "BYTES",
      description = "The maximum length of the recording (default 1GiB).")
  private String max = DEFAULT_MAX;

  /**
   * The recording to make; null for none.
   *
   * @param config the file of {@code configuration}
   */
  @Nullable RecordRequest request(Configuration configuration, Path config) throws InputException {
    if (file == null) {
      refuseOthers();
      return null;
    }
    Path events = configuration.eventsFile();
    OutputPlace.checkSeparate(
        "recordings", file, events == null ? new Path[] {config} : new Path[] {config, events});
    OptionalLong maxBytes = Quantity.BYTES.parse(max);
    if (maxBytes.isEmpty() || maxBytes.getAsLong() < MIN_BYTES) {
      throw new InputException("must be bytes, at least 4096 such as 64MiB, --record-most=" + max);
    }
    return new RecordRequest(file, maxBytes.getAsLong(), rules(configuration.rules()));
  }

  /** Without a file the other options have no meaning. */
  private void refuseOthers() throws InputException {
    if (!names.isEmpty() || !max.equals(DEFAULT_MAX)) {
      throw new InputException("--record-match and --record-most need --record");
    }
  }

  private Set<String> rules(RuleTable table) throws InputException {
    Set<String> known = new HashSet<>(Set.of(table.defaultRule().name()));
    Set<String> chosen = new LinkedHashSet<>(names);
    for (Rule rule : table.rules()) {
      known.add(rule.name());
      if (names.isEmpty() && rule.agent() != null && rule.mode() != Mode.OFF) {
        chosen.add(rule.name());
      }
    }
    for (String name : chosen) {
      if (!known.contains(name)) {
        throw new InputException("there is no such rule, --record-match=" + name);
      }
    }
    if (chosen.isEmpty()) {
      throw new InputException("no rule has an agent, name what to record with --record-match");
    }
    return chosen;
  }
}
