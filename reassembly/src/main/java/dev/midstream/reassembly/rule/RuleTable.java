package dev.midstream.reassembly.rule;

import dev.midstream.wire.header.FrameView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules in order. The first one that matches a connection decides it. Addresses are as in
 * {@link Match}. Immutable; a decision allocates nothing.
 */
public final class RuleTable {
  /** The name of the rule that decides if no other matches. */
  public static final String DEFAULT_NAME = "default";

  /** The name of the rule of connections that an agent expects and no agent sees. */
  public static final String EXPECTED_NAME = "expected";

  private final List<Rule> rules;
  private final Rule defaultRule;
  private final Rule expectedRule =
      new Rule(EXPECTED_NAME, Match.ANY, Action.ALLOW, null, null, Mode.ENFORCE);

  private final Map<String, Rule> byName = new HashMap<>();

  /** Creates a table whose default action and mode apply to connections that no rule matches. */
  public RuleTable(List<Rule> rules, Action defaultAction, Mode defaultMode) {
    this.rules = List.copyOf(rules);
    defaultRule = new Rule(DEFAULT_NAME, Match.ANY, defaultAction, null, null, defaultMode);
    this.rules.forEach(rule -> byName.putIfAbsent(rule.name(), rule));
    byName.put(DEFAULT_NAME, defaultRule);
    byName.put(EXPECTED_NAME, expectedRule);
  }

  /** The named rules in order, without the default rule. */
  public List<Rule> rules() {
    return rules;
  }

  /** The rule that decides if no other matches. */
  public Rule defaultRule() {
    return defaultRule;
  }

  /** The rule of connections that an agent expects and no agent sees; it matches none. */
  public Rule expectedRule() {
    return expectedRule;
  }

  /** The number of a rule of this table; -1 for another one. */
  @SuppressWarnings("ReferenceEquality") // equal rules of a table differ by their place
  public int numberOf(Rule rule) {
    if (rule == defaultRule) {
      return rules.size();
    }
    if (rule == expectedRule) {
      return rules.size() + 1;
    }
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) == rule) {
        return i;
      }
    }
    return -1;
  }

  /** The rule with the number that {@link #numberOf} returned. */
  public Rule rule(int number) {
    if (number < rules.size()) {
      return rules.get(number);
    }
    return number == rules.size() ? defaultRule : expectedRule;
  }

  /** The rule with this name, but none of the two reserved ones; null if there is none. */
  public @Nullable Rule named(String name) {
    for (Rule rule : rules) {
      if (rule.name().equals(name)) {
        return rule;
      }
    }
    return null;
  }

  /** The rule with this name, the two reserved ones included; null if there is none. */
  public @Nullable Rule ofName(String name) {
    return byName.get(name);
  }

  /** The rule that decides the connection of a segment. */
  public Rule decide(FrameView view, boolean senderIsClient) {
    return senderIsClient
        ? decide(
            view.ipVersion(),
            view.sourceHigh(),
            view.sourceLow(),
            view.destinationHigh(),
            view.destinationLow(),
            view.sourcePort(),
            view.destinationPort())
        : decide(
            view.ipVersion(),
            view.destinationHigh(),
            view.destinationLow(),
            view.sourceHigh(),
            view.sourceLow(),
            view.destinationPort(),
            view.sourcePort());
  }

  /** The rule that decides a connection. */
  public Rule decide(
      int ipVersion,
      long clientHigh,
      long clientLow,
      long serverHigh,
      long serverLow,
      int clientPort,
      int serverPort) {
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (rule.match()
          .matches(
              ipVersion, clientHigh, clientLow, serverHigh, serverLow, clientPort, serverPort)) {
        return rule;
      }
    }
    return defaultRule;
  }

  /**
   * Whether an enforced rule could decide a connection between two addresses, with either of them
   * as the client. Used for packets whose ports are unknown.
   */
  public boolean mayChange(int ipVersion, long aHigh, long aLow, long bHigh, long bLow) {
    return mayChangeFrom(ipVersion, aHigh, aLow, bHigh, bLow)
        || mayChangeFrom(ipVersion, bHigh, bLow, aHigh, aLow);
  }

  private boolean mayChangeFrom(
      int ipVersion, long clientHigh, long clientLow, long serverHigh, long serverLow) {
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i);
      if (!rule.match().matchesAddresses(ipVersion, clientHigh, clientLow, serverHigh, serverLow)) {
        continue;
      }
      if (rule.mayChange()) {
        return true;
      }
      if (rule.match().anyPorts()) {
        return false;
      }
    }
    return defaultRule.mayChange();
  }
}
