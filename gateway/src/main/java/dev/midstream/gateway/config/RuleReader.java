package dev.midstream.gateway.config;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.Quoted;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
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

  /** Warns of rules that cannot work as they stand. */
  void warn(RuleCheck check) {
    check.warnOfUnreachable(placesByName);
    check.warnOfShortHold(placesByName);
    check.warnOfForgottenDenies(placesByName);
  }

  private Rule rule(SettingsReader section, int number) {
    String name = name(section, number);
    Match match = new MatchReader(section.section("match")).read();
    SettingsNode.Scalar agentName = section.scalar("agent");
    SettingsNode settings = section.node("settings");
    Mode mode = section.choice("mode", List.of(Mode.values()), programMode);
    Action action = action(section, agentName);
    List<AgentReason> reasons = agentName == null ? List.of() : agents.reasons(agentName);
    Agent<?> agent =
        agentName == null
            ? null
            : agents.create(
                name,
                agentName,
                settings == null ? new SettingsNode.Scalar("", section.where()) : settings);
    if (settings != null && section.node("agent") == null) {
      section.refuse(settings.where(), "settings", "needs an agent that these settings are for");
    }
    RulePolicies policies = policies(section);
    section.refuseUnknownKeys();
    String nameOfAgent = agentName == null ? null : agentName.text();
    return new Rule(name, match, action, nameOfAgent, agent, atMost(mode), policies, reasons);
  }

  private static RulePolicies policies(SettingsReader section) {
    return new RulePolicies(
        choice(section, "on-not-mine"),
        choice(section, "on-agent-failure"),
        choice(section, "on-hold-limit"),
        isNamed(section, "hold-bytes")
            ? section.smallNumber("hold-bytes", Quantity.BYTES, 1, ConfigurationReader.MAX_BYTES, 1)
            : null,
        isNamed(section, "hold-time")
            ? section.number(
                "hold-time",
                Quantity.NANOS,
                ConfigurationReader.MIN_NANOS,
                ConfigurationReader.MAX_NANOS,
                1)
            : null);
  }

  private static @Nullable OnFailure choice(SettingsReader section, String key) {
    return isNamed(section, key)
        ? section.choice(key, List.of(OnFailure.values()), OnFailure.RESET)
        : null;
  }

  /** Whether a rule names a key that says something about the connections of its agent. */
  private static boolean isNamed(SettingsReader section, String key) {
    SettingsNode node = section.node(key);
    if (node != null && section.node("agent") == null) {
      section.refuse(node.where(), key, "needs an agent whose connections it is for");
    }
    return node != null;
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
    if (name.equals(RuleTable.EXPECTED_NAME)) {
      section.refuse(where, "name", "is reserved for connections an agent expects, use another");
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
