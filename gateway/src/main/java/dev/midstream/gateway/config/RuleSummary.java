package dev.midstream.gateway.config;

import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Describes the rules of a configuration, a line each. */
final class RuleSummary {

  private RuleSummary() {}

  /** A line about the whole, then one for each rule. */
  static List<String> of(Configuration configuration) {
    List<Rule> rules = configuration.rules().rules();
    List<String> lines = new ArrayList<>();
    lines.add(
        "mode %s, %d %s, otherwise %s"
            .formatted(
                SettingsReader.word(configuration.mode()),
                rules.size(),
                rules.size() == 1 ? "rule" : "rules",
                SettingsReader.word(configuration.rules().defaultRule().action())));
    rules.forEach(rule -> lines.add("  " + line(rule)));
    return lines;
  }

  private static String line(Rule rule) {
    String decision =
        rule.agentName() == null ? SettingsReader.word(rule.action()) : "agent " + rule.agentName();
    return rule.name()
        + ": "
        + words(rule.match())
        + " -> "
        + decision
        + " ("
        + SettingsReader.word(rule.mode())
        + ")";
  }

  private static String words(Match match) {
    List<String> words = new ArrayList<>();
    append(words, "source", match.sources(), PrefixCodec::encode);
    append(words, "source-port", match.sourcePorts(), PortRangeCodec::encode);
    append(words, "destination", match.destinations(), PrefixCodec::encode);
    append(words, "destination-port", match.destinationPorts(), PortRangeCodec::encode);
    return words.isEmpty() ? "any" : String.join(" ", words);
  }

  private static <T> void append(
      List<String> words, String key, List<T> entries, Function<T, String> encode) {
    if (!entries.isEmpty()) {
      words.add(key);
      words.add(String.join(",", entries.stream().map(encode).toList()));
    }
  }
}
