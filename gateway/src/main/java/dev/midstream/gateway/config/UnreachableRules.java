package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quoted;
import dev.midstream.reassembly.rule.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Finds rules that decide no connection: no connection has what they demand, or the rules before
 * them match all of their connections. One instance for each list of rules.
 */
final class UnreachableRules {
  /** The pieces that may remain of one rule; one with more is not reported. */
  private static final int MAX_PIECES = 1_000;

  /** The comparisons for a list, which take less than a second; later rules are not looked at. */
  private static final int MAX_COMPARISONS = 500_000;

  private static final int MAX_NAMES = 5;

  private final List<Rule> rules;
  private final List<List<MatchedConnections>> matched;
  private int comparisons;

  UnreachableRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    matched = rules.stream().map(rule -> MatchedConnections.of(rule.match())).toList();
  }

  /** Calls {@code found} with each rule that decides no connection, and the reason. */
  void find(BiConsumer<Rule, String> found) {
    for (int i = 0; i < rules.size() && comparisons < MAX_COMPARISONS; i++) {
      if (matched.get(i).isEmpty()) {
        found.accept(
            rules.get(i),
            "no connection matches this rule, source and destination differ in their IP version");
      } else {
        findEarlier(i, found);
      }
    }
  }

  private void findEarlier(int number, BiConsumer<Rule, String> found) {
    List<MatchedConnections> rest = matched.get(number);
    List<String> earlier = new ArrayList<>();
    for (int i = 0; i < number && rest.size() <= MAX_PIECES; i++) {
      List<MatchedConnections> left = minus(rest, matched.get(i));
      if (!left.equals(rest)) {
        earlier.add(Quoted.of(rules.get(i).name()));
      }
      rest = left;
      if (rest.isEmpty()) {
        found.accept(
            rules.get(number),
            "no connection reaches this rule, earlier ones match all of its connections, earlier="
                + names(earlier));
        return;
      }
    }
  }

  private static String names(List<String> all) {
    String first = String.join(",", all.subList(0, Math.min(MAX_NAMES, all.size())));
    return all.size() > MAX_NAMES ? first + ",..." : first;
  }

  private List<MatchedConnections> minus(
      List<MatchedConnections> all, List<MatchedConnections> others) {
    List<MatchedConnections> rest = all;
    for (MatchedConnections other : others) {
      comparisons += rest.size();
      rest = rest.stream().flatMap(each -> each.minus(other).stream()).toList();
    }
    return rest;
  }
}
