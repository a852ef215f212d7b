package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Prefix;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Warnings of rules that decide no connection. */
class UnreachableRulesTest {
  private static final long NETWORK = 0x0a00_0000;
  private static final int HOSTS = 4;
  private static final int PORTS = 3;
  private static final int OTHER_PORT = 9_999;

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{ destination-port: 1-100 }",
        "{ source: 10.0.0.0/8 }",
        "{ source: 10.0.0.0/8, destination-port: [ 20-30, 7 ] }",
        "{ source: [ 10.0.0.0/9, 10.128.0.0/9 ], destination-port: 7 }"
      })
  @DisplayName("OWN-3 a rule after one that matches all of its connections is a warning")
  void warnsOfShadowedRules(String earlier) throws Exception {
    assertThat(warnings(earlier, "{ source: 10.1.0.0/16, destination-port: 7 }"))
        .containsExactly(
            "c.yaml:2: no connection reaches this rule, earlier ones match all of its"
                + " connections, earlier=rule-1 rule=rule-2");
  }

  @Test
  @DisplayName("OWN-3 a rule that several earlier ones cover together is a warning")
  void warnsOfRulesCoveredBySeveral() throws Exception {
    assertThat(
            warnings(
                "{ destination-port: 0-1023 }",
                "{ destination: 192.0.2.0/24 }",
                "{ source: 10.0.0.0/8, destination-port: 1024-65535 }",
                "{ source: 10.0.0.0/8 }",
                "{ source: 11.0.0.0/8 }"))
        .singleElement()
        .asString()
        .endsWith("earlier=rule-1,rule-2,rule-3 rule=rule-4");
  }

  @Test
  @DisplayName("OWN-3 a rule between addresses of different IP versions is a warning")
  void warnsOfContradictions() throws Exception {
    assertThat(warnings("{ source: 10.0.0.0/8, destination: \"2001:db8::/32\" }", "{}"))
        .containsExactly(
            "c.yaml:1: no connection matches this rule, source and destination differ in"
                + " their IP version rule=rule-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ destination-port: 8 }",
        "{ destination: 0.0.0.0/0 }",
        "{ source: 10.0.0.0/9, destination-port: 7 }",
        "{ source-port: 1-65535 }"
      })
  @DisplayName("OWN-3 a rule with one connection of its own is no warning")
  void acceptsRulesThatAreReached(String earlier) throws Exception {
    assertThat(warnings(earlier, "{ destination-port: 7 }")).isEmpty();
  }

  @RepeatedTest(200)
  @DisplayName("OWN-3 exactly the rules that decide none of all connections are found")
  void agreesWithTryingAllConnections(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    List<Rule> rules = new ArrayList<>();
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      rules.add(rule("rule-" + i, match(random)));
    }
    Set<String> found = new TreeSet<>();

    new UnreachableRules(rules).find((rule, _) -> found.add(rule.name()));

    Set<String> unreached = rules.stream().map(Rule::name).collect(Collectors.toSet());
    unreached.removeAll(reached(new RuleTable(rules, Action.ALLOW, Mode.ENFORCE)));
    assertThat(found).isEqualTo(unreached);
  }

  @Test
  @Timeout(10)
  @DisplayName("OWN-3 a long list of rules is read in time")
  void readsManyRules() {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      Prefix host = new Prefix(4, 0, NETWORK + i, 32);
      rules.add(rule("rule-" + i, new Match(List.of(host), List.of(), List.of(), List.of())));
    }

    new UnreachableRules(rules).find((rule, why) -> assertThat(rule).as(why).isNull());
  }

  private List<String> warnings(String... matches) throws Exception {
    StringBuilder text = new StringBuilder("rules: [");
    for (String match : matches) {
      text.append("{ action: drop, match: ").append(match).append(" },\n");
    }
    return LoadedText.load(directory, text.append("]\n").toString()).warnings().stream()
        .map(line -> line.replace(directory + "/", ""))
        .toList();
  }

  private static Rule rule(String name, Match match) {
    return new Rule(name, match, Action.DROP, null, null, Mode.ENFORCE);
  }

  private static Match match(Random random) {
    return new Match(prefixes(random), prefixes(random), ports(random), ports(random));
  }

  private static List<Prefix> prefixes(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> List.of(host(random));
      case 1 -> List.of(host(random), new Prefix(4, 0, NETWORK, 31));
      case 2 -> List.of(host(random), new Prefix(6, 0, 0, 0));
      default -> List.of();
    };
  }

  private static Prefix host(Random random) {
    return new Prefix(4, 0, NETWORK + random.nextInt(HOSTS), 32);
  }

  private static List<PortRange> ports(Random random) {
    int start = random.nextInt(PORTS);
    return random.nextBoolean()
        ? List.of()
        : List.of(new PortRange(start, start + 1 + random.nextInt(PORTS - start)));
  }

  /** The names of the rules that decide a connection of the hosts and ports, or another one. */
  private static Set<String> reached(RuleTable table) {
    Set<String> names = new TreeSet<>();
    int[] ports = {0, 1, 2, OTHER_PORT};
    for (int sourcePort : ports) {
      for (int destinationPort : ports) {
        names.add(table.decide(6, 1, 1, 1, 1, sourcePort, destinationPort).name());
        for (long source = NETWORK; source <= NETWORK + HOSTS; source++) {
          for (long destination = NETWORK; destination <= NETWORK + HOSTS; destination++) {
            names.add(
                table.decide(4, 0, source, 0, destination, sourcePort, destinationPort).name());
          }
        }
      }
    }
    return names;
  }
}
