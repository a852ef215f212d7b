package dev.midstream.gateway.config;

import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a rule's {@code match}. An absent key, like the word {@code any}, matches everything. */
final class MatchReader {
  private static final String ANY = "any";
  private static final String PREFIX = "must be an address or a prefix such as 10.0.0.0/8";
  private static final String PORT = "must be a port from 0 to 65535 or a range such as 8000-8099";

  private final SettingsReader section;

  MatchReader(SettingsReader section) {
    this.section = section;
  }

  /** The match. Wrong entries are reported and left out. */
  Match read() {
    readProtocol();
    List<Prefix> sources = entries("source", PrefixCodec::decode, PREFIX);
    List<Prefix> destinations = entries("destination", PrefixCodec::decode, PREFIX);
    List<PortRange> sourcePorts = entries("source-port", PortRangeCodec::decode, PORT);
    List<PortRange> destinationPorts = entries("destination-port", PortRangeCodec::decode, PORT);
    section.refuseUnknownKeys();
    return new Match(sources, destinations, sourcePorts, destinationPorts);
  }

  private void readProtocol() {
    for (SettingsNode node : section.list("protocol")) {
      SettingsNode.Scalar scalar = section.scalar("protocol", node);
      if (scalar != null && !scalar.text().equals("tcp") && !scalar.text().equals(ANY)) {
        section.refuse(scalar, "protocol", "must be tcp, rules are for tcp connections only");
      }
    }
  }

  private <T> List<T> entries(
      String key, Function<String, @Nullable T> decode, String expectation) {
    List<T> entries = new ArrayList<>();
    boolean any = false;
    for (SettingsNode node : section.list(key)) {
      SettingsNode.Scalar scalar = section.scalar(key, node);
      if (scalar == null) {
        continue;
      }
      if (scalar.text().equals(ANY)) {
        any = true;
        continue;
      }
      T entry = decode.apply(scalar.text());
      if (entry == null) {
        section.refuse(scalar, key, expectation);
      } else {
        entries.add(entry);
      }
    }
    return any ? List.of() : entries;
  }
}
