package dev.midstream.gateway.config;

import dev.midstream.agent.AgentReason;
import dev.midstream.agent.AgentReason.Consequence;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.Quoted;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.reassembly.rule.AgentTerms;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Rule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the agents of the rules say of themselves with the rest of the configuration. A
 * rule whose agent cannot be asked is not compared: its connections do not get that far.
 */
final class RuleCheck {
  private final List<Rule> rules;
  private final Policies policies;
  private final EngineLimits limits;
  private final Problems problems;

  RuleCheck(List<Rule> rules, Policies policies, EngineLimits limits, Problems problems) {
    this.rules = rules;
    this.policies = policies;
    this.limits = limits;
    this.problems = problems;
  }

  /**
   * Refuses {@code pick-up} for rules that enforce and whose agent denies: without the opening no
   * reply and no edit of another length applies, so what the agent denies would pass.
   *
   * @param midStream where the policy is named; null if it is not
   */
  void refusePickUp(@Nullable SettingsNode midStream) {
    if (midStream == null || policies.midStream() != MidStream.PICK_UP) {
      return;
    }
    for (Rule rule : rules) {
      AgentTerms terms = terms(rule);
      if (rule.mayChange() && terms.denies() && terms.failure() == null) {
        problems.add(
            midStream.where(),
            "a connection that is picked up lets pass what the agent of this rule denies,"
                + midStream(rule));
      }
    }
  }

  /**
   * Warns of rules whose connections break at a restart: they go on without the old offsets.
   *
   * @param midStream where the policy is named; null if it is not
   */
  void warnOfShifts(@Nullable SettingsNode midStream) {
    boolean goesOn =
        policies.midStream() == MidStream.PASS || policies.midStream() == MidStream.PICK_UP;
    if (midStream == null || !goesOn) {
      return;
    }
    for (Rule rule : rules) {
      AgentTerms terms = terms(rule);
      if (rule.mayChange() && !terms.keepsLengths() && terms.failure() == null) {
        problems.warn(
            midStream.where(),
            "a restart damages connections that this rule has made longer or shorter,"
                + midStream(rule));
      }
    }
  }

  /** Warns of active rules whose agent may want to hold more than it may. */
  void warnOfShortHold(Map<String, String> placesByName) {
    for (Rule rule : rules) {
      AgentTerms terms = terms(rule);
      String where = placesByName.get(rule.name());
      if (rule.mode() != Mode.OFF && terms.maxHeldBytes() > terms.holdBytes() && where != null) {
        problems.warn(
            where,
            "the agent may hold more than %s allows, rule=%s may-hold=%d hold-bytes=%d"
                .formatted(
                    rule.policies().holdBytes() == null ? "limits.hold-bytes" : "hold-bytes",
                    Quoted.of(rule.name()),
                    terms.maxHeldBytes(),
                    terms.holdBytes()));
      }
    }
  }

  /**
   * Warns of rules that enforce and whose agent has a reason to deny, but does not deny: where one
   * that denies is reset, its connections go on. With some settings that may be meant.
   */
  void warnOfForgottenDenies(Map<String, String> placesByName) {
    for (Rule rule : rules) {
      AgentTerms terms = terms(rule);
      String where = placesByName.get(rule.name());
      if (rule.mayChange() && !terms.denies() && terms.failure() == null && where != null) {
        rule.reasons().stream()
            .filter(reason -> reason.consequence() == Consequence.DENIED)
            .findFirst()
            .ifPresent(reason -> problems.warn(where, forgotten(rule, reason)));
      }
    }
  }

  private static String forgotten(Rule rule, AgentReason reason) {
    return "the agent has a reason to deny but says that it does not deny,"
        + " so what it denies would pass after a failure, rule="
        + Quoted.of(rule.name())
        + " reason="
        + rule.agentName()
        + "."
        + reason.code();
  }

  /** Warns of rules that decide no connection, whatever their mode. */
  void warnOfUnreachable(Map<String, String> placesByName) {
    new UnreachableRules(rules)
        .find((rule, why) -> {
          String where = placesByName.get(rule.name());
          if (where != null) {
            problems.warn(where, why + " rule=" + Quoted.of(rule.name()));
          }
        });
  }

  private AgentTerms terms(Rule rule) {
    return AgentTerms.of(rule, policies, limits);
  }

  private String midStream(Rule rule) {
    return " key=mid-stream value="
        + SettingsReader.word(policies.midStream())
        + " rule="
        + Quoted.of(rule.name());
  }
}
