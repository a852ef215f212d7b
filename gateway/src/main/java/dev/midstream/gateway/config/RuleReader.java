package dev.midstream.gateway.config;

import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Quoted;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the list of rules. */
final class RuleReader {
  private static final int MAX_NAME_LENGTH = 64;

  private final RuleAgents agents;
  private final Mode programMode;
  private final Problems problems;
  private final Map<String, String> placesByName = new HashMap<>();

  /**
   * @param programMode the mode of a rule without one. With {@link Mode#MONITOR}, rules that
   *     enforce only monitor.
   */
  RuleReader(RuleAgents agents, Mode programMode, Problems problems) {
    this.agents = agents;
    this.programMode = programMode;
    this.problems = problems;
  }

  List<Rule> read(List<SettingsNode> nodes) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i) instanceof SettingsNode.Mapping mapping) {
        rules.add(rule(new SettingsReader("rules", mapping, problems), i + 1));
      } else {
        problems.add(nodes.get(i).where(), "a rule must be a mapping of keys, key=rules");
      }
    }
    return rules;
  }

  /** Warns of rules that cannot work as they stand; agents may hold {@code holdBytes}. */
  void warn(List<Rule> rules, int holdBytes) {
    warnOfUnreachable(rules);
    warnOfShortHold(rules, holdBytes);
  }

  /** Warns of active rules whose agent may hold more than {@code holdBytes}. */
  private void warnOfShortHold(List<Rule> rules, int holdBytes) {
    for (Rule rule : rules) {
      int most = AgentTerms.of(rule.agent()).maxHeldBytes();
      String where = placesByName.get(rule.name());
      if (rule.mode() != Mode.OFF && most > holdBytes && where != null) {
        problems.warn(
            where,
            "the agent may hold more than limits.hold-bytes allows, rule="
                + "%s may-hold=%d hold-bytes=%d"
                    .formatted(Quoted.of(rule.name()), most, holdBytes));
      }
    }
  }

  /** Warns of rules that decide no connection, whatever their mode. */
  private void warnOfUnreachable(List<Rule> rules) {
    new UnreachableRules(rules)
        .find((rule, why) -> {
          String where = placesByName.get(rule.name());
          if (where != null) {
            problems.warn(where, why + " rule=" + Quoted.of(rule.name()));
          }
        });
  }

  private Rule rule(SettingsReader section, int number) {
    String name = name(section, number);
    Match match = new MatchReader(section.section("match")).read();
    SettingsNode.Scalar agentName = section.scalar("agent");
    SettingsNode settings = section.node("settings");
    Mode mode = section.choice("mode", List.of(Mode.values()), programMode);
    Action action = action(section, agentName);
    Agent<?> agent =
        agentName == null ? null : agents.create(name, agentName, section.section("settings"));
    if (agentName == null && settings != null && section.node("agent") == null) {
      section.refuse(settings.where(), "settings", "needs an agent that these settings are for");
    }
    section.refuseUnknownKeys();
    return new Rule(
        name, match, action, agentName == null ? null : agentName.text(), agent, atMost(mode));
  }

  private String name(SettingsReader section, int number) {
    SettingsNode.Scalar scalar = section.scalar("name");
    String name = scalar == null ? "rule-" + number : scalar.text();
    String where = scalar == null ? section.where() : scalar.where();
    if (scalar != null && !isName(name)) {
      section.refuse(scalar, "name", "must be 1 to " + MAX_NAME_LENGTH + " printable characters");
    }
    if (name.equals(RuleTable.DEFAULT_NAME)) {
      section.refuse(where, "name", "is reserved for connections no rule matches, use another");
    }
    String first = placesByName.putIfAbsent(name, where);
    if (first != null) {
      problems.add(where, "repeated rule name, name=" + Quoted.of(name) + " first=" + first);
    }
    return name;
  }

  private static boolean isName(String name) {
    return name.length() <= MAX_NAME_LENGTH
        && !name.isBlank()
        && name.codePoints().allMatch(c -> Character.isDefined(c) && !Character.isISOControl(c));
  }

  private Action action(SettingsReader section, SettingsNode.@Nullable Scalar agentName) {
    Action action = section.choice("action", List.of(Action.values()), Action.ALLOW);
    SettingsNode node = section.node("action");
    boolean namesNothing = section.node("agent") == null && section.node("settings") == null;
    if (node == null && namesNothing) {
      problems.add(section.where(), "a rule needs an agent or an action, key=rules");
    }
    if (node != null && agentName != null && action != Action.ALLOW) {
      section.refuse(node.where(), "action", "must be allow where an agent is named");
    }
    return agentName == null ? action : Action.ALLOW;
  }

  private Mode atMost(Mode mode) {
    return programMode == Mode.MONITOR && mode == Mode.ENFORCE ? Mode.MONITOR : mode;
  }
}
